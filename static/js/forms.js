// Forms marked `data-unsaved`: what is typed into them is kept from the first letter until the server
// has it, comes back when the page is opened again, and is asked about before one leaves it. With
// «ask» it is only asked about: what is nobody else's business does not stay on a shared computer.

import { button, clock, drawnIn, make, saidBy } from "./dom.js";
import { saves } from "./keep.js";

const NOT_TYPED = ["hidden", "submit", "button", "reset", "file", "password"];

// Where it is sent: of one path with two queries each has its own, a remark on this journal and one on
// that. Where one came from makes no difference.
function placeOf(form) {
  const { pathname, searchParams } = new URL(form.action);
  searchParams.delete("next");
  return `${pathname}?${searchParams}`;
}

const fieldsOf = (form) =>
  [...form.elements].filter((field) => field.name && !NOT_TYPED.includes(field.type));

const wasField = (field) =>
  field.form.elements.namedItem(`was-${field.name}`) ??
  field.form.elements.namedItem(`was_${field.name}`);

function setValue(field, text) {
  if (field.type === "checkbox" || field.type === "radio") field.checked = text === "true";
  else field.value = text;
}

// What stood there before anything was typed; after a refusal the page holds what was typed, and the
// field beside it what stood there.
function standing(field) {
  const was = wasField(field);
  return was ? was.value : drawnIn(field);
}

export const nameOf = (field) =>
  field.labels?.[0]?.textContent.trim() || field.getAttribute("aria-label") || field.name;

function askOnly(form) {
  addEventListener("beforeunload", (event) => {
    const differs = fieldsOf(form).some((field) => saidBy(field) !== standing(field));
    if (saves.isLeaving || !differs) return;
    event.preventDefault();
    event.returnValue = true; // Chrome before 119, the last for Windows 7 among them, heeds this alone
  });
  form.addEventListener("submit", () => (saves.isLeaving = true));
}

class KeptForm {
  constructor(form) {
    this.form = form;
    this.place = placeOf(form);
    this.id = Math.random().toString(36).slice(2);
    this.url = location.pathname + location.search;
    form.append(make("input", "", { type: "hidden", name: "draft", value: this.id }));
    form.addEventListener("input", (event) => this.note(event.target));
    form.addEventListener("submit", () => (saves.isLeaving = true));
  }

  fieldOf(target) {
    return fieldsOf(this.form).find((field) => targetOf(field) === target);
  }

  note(field, at = Date.now()) {
    if (!fieldsOf(this.form).includes(field)) return;
    saves.draft(this.place, targetOf(field), standing(field), saidBy(field), {
      label: nameOf(field),
      url: this.url,
      form: this.id,
      shown: shownText(field),
      at,
    });
  }

  async open() {
    const drafts = await saves.open(this.place, {
      title: document.querySelector("h1").textContent.trim(),
      url: this.url,
      go: (target) => this.go(target),
      drop: (target) => this.fieldOf(target) && this.takeBack(this.fieldOf(target)),
    });
    const restored = drafts.filter((draft) => this.restore(draft));
    if (restored.length) this.form.prepend(this.told(restored));
  }

  go(target) {
    const field = this.fieldOf(target);
    field?.focus();
    return Boolean(field);
  }

  takeBack(field) {
    setValue(field, standing(field));
  }

  // True where what was left stands in the field now, and did not before.
  restore({ target, text, was, at }) {
    const field = this.fieldOf(target);
    if (!field) return false;
    const isNews = text !== saidBy(field);
    field.closest("details")?.setAttribute("open", "");
    setValue(field, text);
    // Typed over what stood there then: what another has written since is not overwritten unseen.
    if (wasField(field)) wasField(field).value = was;
    this.note(field, at);
    return isNews;
  }

  told(drafts) {
    const at = clock(Math.max(...drafts.map((draft) => draft.at)));
    const notice = make("p", `Здесь вернулось то, что вы набрали в ${at} и не сохранили. `, {
      className: "message warning",
    });
    notice.setAttribute("role", "status");
    const away = button("Убрать набранное", () => {
      for (const field of drafts.map(({ target }) => this.fieldOf(target))) {
        this.takeBack(field);
        this.note(field);
      }
      notice.remove();
    });
    notice.append(away);
    return notice;
  }
}

// Several checkboxes or radio buttons may share a name.
const targetOf = (field) =>
  field.type === "radio" || field.type === "checkbox" ? `${field.name}=${field.value}` : field.name;

function shownText(field) {
  if (field.options) return field.selectedOptions[0]?.textContent ?? "";
  return saidBy(field) === "true" ? "✓" : saidBy(field) === "false" ? "✗" : field.value;
}

for (const form of document.querySelectorAll("form[data-unsaved]")) {
  if (form.dataset.unsaved === "ask") askOnly(form);
  else new KeptForm(form).open();
}
