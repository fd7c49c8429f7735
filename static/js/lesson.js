// The page of one lesson: «Сохранить» sends each changed field as the grid does, so that what can't
// be sent now is kept and sent later, and what is refused says so at its field. Without this script
// the form is sent as a whole.

import { button, clock, conflictText, make, shown } from "./dom.js";
import { nameOf } from "./forms.js";
import { saves } from "./keep.js";

const form = document.getElementById("lesson");
if (form) start();

function start() {
  const { lesson, place, title, cellsUrl, fieldsUrl, day } = form.dataset;
  const field = (name) => form.elements.namedItem(name);
  const works = [field("work_1"), field("work_2")].filter(Boolean);
  const state = form.querySelector(".state");

  // The elements of a target, its text, what stood there before, and how a text is put into it.
  function part(element, kind, rest) {
    const isCell = kind === "cell";
    const was = field(isCell ? `was-${rest}` : `was_${rest}`);
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

  const parts = [];
  for (const name of ["topic", "homework"]) {
    if (field(name)) parts.push(part(field(name), "field", name));
  }
  if (works.length) parts.push(worksPart());
  if (field("attendance") && !field("attendance").disabled) parts.push(attendancePart());
  for (const input of form.querySelectorAll('input[name^="cell-"]')) {
    parts.push(part(input, "cell", input.name.slice("cell-".length)));
  }

  function worksPart() {
    const was = field("was_works");
    const further = () => was.value.split(" ").slice(2); // a third work is kept; the grid has the tool for it
    return {
      ...part(works[0], "field", "works"),
      elements: works,
      say: (text) =>
        text
          .split(" ")
          .filter(Boolean)
          .map((pk) => [...works[0].options].find((one) => one.value === pk)?.textContent ?? "?")
          .join(", "),
      text: () => [...works.map((one) => one.value).filter(Boolean), ...further()].join(" "),
      set: (text) => works.forEach((one, index) => (one.value = text.split(" ")[index] ?? "")),
    };
  }

  function attendancePart() {
    const box = field("attendance");
    return {
      ...part(box, "field", "attendance"),
      text: () => (box.checked ? "все" : ""),
      set: (text) => (box.checked = text === "все"),
    };
  }

  const partOf = (target) => parts.find((one) => one.target === target);
  const noteOf = (one) => `note-${one.elements[0].name}`;
  const lead = (one) => one.elements[0];

  function detailOf(one) {
    const { post, fields, label } = one;
    return {
      post,
      fields,
      label,
      url: `${location.pathname}#${lead(one).id}`,
      shown: one.say?.(one.text()),
    };
  }

  // --- what a save looks like ---

  function show(target, status, detail) {
    const one = partOf(target);
    if (!one) return;
    for (const element of one.elements) {
      element.classList.remove("saving", "saved", "failed", "error", "conflict");
      if (status !== "gone" && status !== "elsewhere") element.classList.add(status);
      element.removeAttribute("aria-invalid");
    }
    document.getElementById(noteOf(one))?.remove();
    form
      .querySelectorAll(`#error-${lead(one).name.replace("cell-", "")}`)
      .forEach((old) => old.remove());
    if (status === "saved") saved(one, detail);
    else if (status === "gone") one.set(one.was());
    else if (status === "elsewhere") one.setWas(one.text());
    else if (status === "failed" || status === "saving") {
      if (!saves.isTyping(place, target)) one.set(detail.text);
    } else {
      one.set(detail.mine);
      lead(one).setAttribute("aria-invalid", "true");
      lead(one).setAttribute("aria-describedby", noteOf(one));
      explain(one, status, detail);
    }
  }

  function saved(one, answer) {
    if (!saves.isTyping(place, one.target)) one.set(answer.text);
    one.setWas(answer.text);
    state.textContent = `Сохранено в ${answer.saved_at}.`;
    for (const [work, given] of Object.entries(answer.given ?? {})) {
      const place = form.querySelector(`[data-given="${work}"]`);
      if (place) place.textContent = given && `, отметки: ${given}`;
    }
  }

  function explain(one, status, detail) {
    const note = make("div", "", { id: noteOf(one), className: "note" });
    if (status === "conflict") {
      const [stands, mine] = [detail.text, detail.mine].map((text) =>
        shown(one.say ? one.say(text) : text),
      );
      note.append(
        make("p", `${conflictText({ ...detail, text: stands })} Ваше: «${mine}».`, {
          className: "error-text",
        }),
        button(`Оставить «${stands}»`, () => {
          one.setWas(detail.text);
          saves.forget(place, one.target);
          one.set(detail.text);
        }),
        button(`Поставить «${mine}»`, () => saves.insist(place, one.target)),
      );
    } else {
      note.append(make("p", detail.message, { className: "error-text" }));
    }
    one.elements[one.elements.length - 1].after(note);
  }

  // --- typing, saving ---

  function note(one, at = Date.now()) {
    saves.draft(place, one.target, one.was(), one.text(), { ...detailOf(one), at });
  }

  form.addEventListener("input", (event) => {
    const one = parts.find(({ elements }) => elements.includes(event.target));
    if (one) note(one);
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const changed = parts.filter((one) => one.text() !== one.was() || saves.has(place, one.target));
    if (!changed.length) {
      state.textContent = "Изменений нет.";
      return;
    }
    state.textContent = "Сохраняется…";
    const results = await Promise.all(
      changed.map((one) =>
        saves.put(place, one.target, () => one.was(), one.text(), detailOf(one)),
      ),
    );
    const failed = results.filter((one) => one === "failed").length;
    const wrong = results.filter((one) => one === "error" || one === "conflict").length;
    if (wrong) {
      state.textContent = `Не записано: ${wrong}. Исправьте отмеченное и сохраните ещё раз.`;
    } else if (failed) {
      state.textContent = `Не сохранено: ${failed}. Набранное не пропадёт и отправится само.`;
    }
    form.querySelector("[aria-invalid=true]")?.focus();
  });

  // Enter walks down the pupils as in the grid; the button saves.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches('input[name^="cell-"]')) return;
    const cells = [...form.querySelectorAll('input[name^="cell-"]')];
    const next =
      cells[cells.indexOf(event.target) + (event.shiftKey ? -1 : 1)] ??
      form.querySelector("button.main");
    event.preventDefault();
    next.focus();
    next.select?.();
  });

  const go = (target) => {
    const one = partOf(target);
    if (one) lead(one).focus();
    return Boolean(one);
  };
  const drop = (target) => partOf(target)?.set(partOf(target).was());
  saves.open(place, { title, url: location.pathname, show, go, drop }).then((drafts) => {
    const mine = drafts.filter(({ target }) => partOf(target));
    for (const { target, was, text, at } of mine) {
      const one = partOf(target);
      one.set(text);
      one.setWas(was); // typed over what stood there then
      note(one, at);
    }
    if (mine.length) {
      const at = clock(Math.max(...mine.map((draft) => draft.at)));
      state.textContent = `Здесь вернулось то, что вы набрали в ${at} и не сохранили.`;
    }
  });
}
