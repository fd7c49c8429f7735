// Forms marked `data-unsaved`: what is typed into them is kept from the first letter until the server
// has it, comes back when the page is opened again, and is asked about before one leaves it. With
// «ask» it is only asked about: what is nobody else's business does not stay on a shared computer.

import { button, clock, make } from "./dom.js";
import { saves } from "./keep.js";

const NOT_TYPED = ["hidden", "submit", "button", "reset", "file", "password"];

for (const form of document.querySelectorAll("form[data-unsaved]")) {
  if (form.dataset.unsaved === "ask") askOnly(form);
  else keep(form, placeOf(form));
}

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

function valueOf(field) {
  return field.type === "checkbox" || field.type === "radio" ? String(field.checked) : field.value;
}

function setValue(field, text) {
  if (field.type === "checkbox" || field.type === "radio") field.checked = text === "true";
  else field.value = text;
}

// What stood there before anything was typed; after a refusal the page holds what was typed, and the
// field beside it what stood there.
function standing(field) {
  const was = wasField(field);
  if (was) return was.value;
  if (field.type === "checkbox" || field.type === "radio") return String(field.defaultChecked);
  if (!field.options) return field.defaultValue;
  return (
    ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? ""
  );
}

export const nameOf = (field) =>
  field.labels?.[0]?.textContent.trim() || field.getAttribute("aria-label") || field.name;

function askOnly(form) {
  addEventListener("beforeunload", (event) => {
    const differs = fieldsOf(form).some((field) => valueOf(field) !== standing(field));
    if (saves.isLeaving || !differs) return;
    event.preventDefault();
    event.returnValue = true; // Chrome before 119, the last for Windows 7 among them, heeds this alone
  });
  form.addEventListener("submit", () => (saves.isLeaving = true));
}

async function keep(form, place) {
  const id = Math.random().toString(36).slice(2);
  form.append(make("input", "", { type: "hidden", name: "draft", value: id }));
  const url = location.pathname + location.search;
  const title = document.querySelector("h1").textContent.trim();
  const fieldOf = (target) => fieldsOf(form).find((field) => targetOf(field) === target);

  form.addEventListener("input", (event) => note(event.target));
  form.addEventListener("submit", () => (saves.isLeaving = true));

  function note(field, at = Date.now()) {
    if (!fieldsOf(form).includes(field)) return;
    const was = standing(field);
    const text = valueOf(field);
    const target = targetOf(field);
    saves.draft(place, target, was, text, {
      label: nameOf(field),
      url,
      form: id,
      shown: shownText(field),
      at,
    });
  }

  const go = (target) => {
    const field = fieldOf(target);
    field?.focus();
    return Boolean(field);
  };
  const drop = (target) => fieldOf(target) && setValue(fieldOf(target), standing(fieldOf(target)));
  const restored = [];
  for (const draft of await saves.open(place, { title, url, go, drop })) {
    const field = fieldOf(draft.target);
    if (!field) continue;
    field.closest("details")?.setAttribute("open", "");
    if (draft.text !== valueOf(field)) restored.push(draft);
    setValue(field, draft.text);
    // Typed over what stood there then: what another has written since is not overwritten unseen.
    if (wasField(field)) wasField(field).value = draft.was;
    note(field, draft.at);
  }
  if (restored.length) form.prepend(told(restored));

  function told(drafts) {
    const at = clock(Math.max(...drafts.map((draft) => draft.at)));
    const notice = make("p", `Здесь вернулось то, что вы набрали в ${at} и не сохранили. `, {
      className: "message warning",
    });
    notice.setAttribute("role", "status");
    notice.append(
      button("Убрать набранное", () => {
        for (const { target } of drafts) {
          const field = fieldOf(target);
          setValue(field, standing(field));
          note(field);
        }
        notice.remove();
      }),
    );
    return notice;
  }
}

// Several checkboxes or radio buttons may share a name.
const targetOf = (field) =>
  field.type === "radio" || field.type === "checkbox" ? `${field.name}=${field.value}` : field.name;

function shownText(field) {
  if (field.options) return field.selectedOptions[0]?.textContent ?? "";
  return valueOf(field) === "true" ? "✓" : valueOf(field) === "false" ? "✗" : field.value;
}
