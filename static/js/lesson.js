// The page of one lesson: «Сохранить» sends each changed field as the grid does, so that what can't
// be sent now is kept and sent later, and what is refused says so at its field. Without this script
// the form is sent as a whole.

import { button, clock, conflictText, make, parse, shown } from "./dom.js";
import { nameOf } from "./forms.js";
import { saves } from "./keep.js";

const CELLS = 'input[name^="cell-"]';

// The parts of the form that are saved each by itself: the elements of a target, its text, what stood
// there before, and how a text is put into it.
function partsOf(form) {
  const field = (name) => form.elements.namedItem(name);
  const works = [field("work_1"), field("work_2")].filter(Boolean);
  const parts = [];
  const texts = (...names) => {
    for (const name of names) if (field(name)) parts.push(part(form, field(name), "field", name));
  };
  // In the order in which they are sent: minutes want their homework, titles their works.
  texts("topic", "homework", "homework_minutes");
  if (works.length) parts.push(worksPart(form, works));
  texts("title_1", "title_2");
  const attendance = field("attendance");
  if (attendance && !attendance.disabled) parts.push(attendancePart(form, attendance));
  for (const input of form.querySelectorAll(CELLS)) {
    parts.push(part(form, input, "cell", input.name.slice("cell-".length)));
  }
  return parts;
}

function part(form, element, kind, rest) {
  const { lesson, cellsUrl, fieldsUrl, day } = form.dataset;
  const isCell = kind === "cell";
  const was = form.elements.namedItem(isCell ? `was-${rest}` : `was_${rest}`);
  return {
    target: `${kind}:${lesson}:${rest}`,
    elements: [element],
    text: () => element.value.trim(),
    set: (text) => (element.value = text),
    was: () => was.value.trim(),
    setWas: (text) => (was.value = text),
    post: isCell ? cellsUrl : fieldsUrl,
    fields: isCell ? { lesson, student: rest } : { lesson, field: rest },
    label: `${nameOf(element)}, ${day}`,
  };
}

function worksPart(form, works) {
  const found = part(form, works[0], "field", "works");
  const options = [...works[0].options];
  const nameOfWork = (pk) => options.find((one) => one.value === pk)?.textContent ?? "?";
  const further = () => found.was().split(" ").slice(2); // a third work is kept; the grid has the tool for it
  return {
    ...found,
    elements: works,
    say: (text) => text.split(" ").filter(Boolean).map(nameOfWork).join(", "),
    text: () => [...works.map((one) => one.value).filter(Boolean), ...further()].join(" "),
    set: (text) => works.forEach((one, index) => (one.value = text.split(" ")[index] ?? "")),
  };
}

function attendancePart(form, box) {
  return {
    ...part(form, box, "field", "attendance"),
    text: () => (box.checked ? "все" : ""),
    set: (text) => (box.checked = text === "все"),
  };
}

const lead = (one) => one.elements[0];
const noteOf = (one) => `note-${lead(one).name}`;

class LessonPage {
  constructor(form) {
    this.form = form;
    this.place = form.dataset.place;
    this.parts = partsOf(form);
    this.state = form.querySelector(".state");
    form.addEventListener("input", (event) => {
      const one = this.parts.find(({ elements }) => elements.includes(event.target));
      if (one) this.note(one);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.save();
    });
    form.addEventListener("keydown", (event) => this.key(event));
  }

  async open() {
    const drafts = await saves.open(this.place, {
      title: this.form.dataset.title,
      url: location.pathname,
      show: (target, status, detail) => this.show(target, status, detail),
      go: (target) => this.go(target),
      drop: (target) => this.partOf(target)?.set(this.partOf(target).was()),
    });
    this.restore(drafts.filter(({ target }) => this.partOf(target)));
  }

  partOf(target) {
    return this.parts.find((one) => one.target === target);
  }

  go(target) {
    const one = this.partOf(target);
    if (one) lead(one).focus();
    return Boolean(one);
  }

  detailOf(one) {
    const { post, fields, label } = one;
    const url = `${location.pathname}#${lead(one).id}`;
    return { post, fields, label, url, shown: one.say?.(one.text()) };
  }

  // --- what a save looks like ---

  show(target, status, detail) {
    const one = this.partOf(target);
    if (!one) return;
    this.mark(one, status);
    if (status === "saved") this.saved(one, detail);
    else if (status === "gone") one.set(one.was());
    else if (status === "elsewhere") one.setWas(one.text());
    else if (status === "failed" || status === "saving") {
      if (!saves.isTyping(this.place, target)) one.set(detail.text);
    } else {
      one.set(detail.mine);
      lead(one).setAttribute("aria-invalid", "true");
      lead(one).setAttribute("aria-describedby", noteOf(one));
      one.elements[one.elements.length - 1].after(this.explain(one, status, detail));
    }
  }

  mark(one, status) {
    for (const element of one.elements) {
      element.classList.remove("saving", "saved", "failed", "error", "conflict");
      if (status !== "gone" && status !== "elsewhere") element.classList.add(status);
      element.removeAttribute("aria-invalid");
    }
    document.getElementById(noteOf(one))?.remove();
    const error = `#error-${lead(one).name.replace("cell-", "")}`;
    this.form.querySelectorAll(error).forEach((old) => old.remove());
  }

  saved(one, answer) {
    if (!saves.isTyping(this.place, one.target)) one.set(answer.text);
    one.setWas(answer.text);
    this.state.textContent = `Сохранено в ${answer.saved_at}.`;
    for (const [work, given] of Object.entries(answer.given ?? {})) {
      const place = this.form.querySelector(`[data-given="${work}"]`);
      if (place) place.textContent = given && `, отметки: ${given}`;
    }
    for (const [name, text] of Object.entries(answer.beside ?? {})) this.follow(name, text);
    for (const [name, html] of Object.entries(answer.hints ?? {})) {
      const place = this.form.querySelector(`[data-hints="${name}"]`);
      place?.replaceChildren(...parse(html, "body").childNodes);
    }
  }

  // Another field says something else by a save: no homework takes no time, a title goes with its
  // work. Not where one is typing, or has typed, into it.
  follow(name, text) {
    const one = this.parts.find(({ fields }) => fields.field === name);
    if (!one || one.text() !== one.was() || saves.has(this.place, one.target)) return;
    one.set(text);
    one.setWas(text);
  }

  // One work alone is the first.
  closeGap() {
    const field = (name) => this.form.elements.namedItem(name);
    if (!field("work_2")?.value || field("work_1").value) return;
    for (const name of ["work", "title"]) {
      field(`${name}_1`).value = field(`${name}_2`).value;
      field(`${name}_2`).value = "";
    }
  }

  explain(one, status, detail) {
    const note = make("div", "", { id: noteOf(one), className: "note" });
    const error = { className: "error-text" };
    if (status !== "conflict") {
      note.append(make("p", detail.message, error));
      return note;
    }
    const say = (text) => shown(one.say ? one.say(text) : text);
    const [stands, mine] = [say(detail.text), say(detail.mine)];
    const told = `${conflictText({ ...detail, text: stands })} Ваше: «${mine}».`;
    const keep = button(`Оставить «${stands}»`, () => {
      one.setWas(detail.text);
      saves.forget(this.place, one.target);
      one.set(detail.text);
    });
    const insist = button(`Поставить «${mine}»`, () => saves.insist(this.place, one.target));
    note.append(make("p", told, error), keep, insist);
    return note;
  }

  // --- typing, saving ---

  note(one, at = Date.now()) {
    const detail = { ...this.detailOf(one), at };
    saves.draft(this.place, one.target, one.was(), one.text(), detail);
  }

  async save() {
    this.closeGap();
    const isChanged = (one) => one.text() !== one.was() || saves.has(this.place, one.target);
    const changed = this.parts.filter(isChanged);
    if (!changed.length) {
      this.state.textContent = "Изменений нет.";
      return;
    }
    this.state.textContent = "Сохраняется…";
    const put = (one) =>
      saves.put(this.place, one.target, () => one.was(), one.text(), this.detailOf(one));
    const results = await Promise.all(changed.map(put));
    const failed = results.filter((one) => one === "failed").length;
    const wrong = results.filter((one) => one === "error" || one === "conflict").length;
    if (wrong) {
      this.state.textContent = `Не записано: ${wrong}. Исправьте отмеченное и сохраните ещё раз.`;
    } else if (failed) {
      this.state.textContent = `Не сохранено: ${failed}. Набранное не пропадёт и отправится само.`;
    }
    this.form.querySelector("[aria-invalid=true]")?.focus();
  }

  // Enter walks down the pupils as in the grid; the button saves.
  key(event) {
    if (event.key !== "Enter" || !event.target.matches(CELLS)) return;
    const cells = [...this.form.querySelectorAll(CELLS)];
    const place = cells.indexOf(event.target) + (event.shiftKey ? -1 : 1);
    const next = cells[place] ?? this.form.querySelector("button.main");
    event.preventDefault();
    next.focus();
    next.select?.();
  }

  restore(drafts) {
    for (const { target, was, text, at } of drafts) {
      const one = this.partOf(target);
      one.set(text);
      one.setWas(was); // typed over what stood there then
      this.note(one, at);
    }
    if (!drafts.length) return;
    const at = clock(Math.max(...drafts.map((draft) => draft.at)));
    this.state.textContent = `Здесь вернулось то, что вы набрали в ${at} и не сохранили.`;
  }
}

const form = document.getElementById("lesson");
if (form) new LessonPage(form).open();
