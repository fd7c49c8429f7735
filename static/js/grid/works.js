// The works of a lesson (2.7): what each mark of a cell is for, chosen in a dialog.

import { ask } from "../ask.js";
import { button, closeDialog, make, openDialog } from "../dom.js";

const PLACES = ["Первая отметка в клетке", "Вторая", "Третья"];

export class Works {
  // `write(target, was, text)`: texts are ids of work types, in order, parted by blanks.
  constructor(url, { say, write }) {
    Object.assign(this, { url, say, write, types: null });
  }

  // «КР ОТВ» of ids; where the kinds were never looked up only how many.
  namesOf(ids) {
    const all = ids.split(" ").filter(Boolean);
    if (!this.types) return all.length ? `видов работ: ${all.length}` : "";
    return all
      .map((pk) => this.types.find((one) => String(one.pk) === pk)?.short_name ?? "?")
      .join(" ");
  }

  // `day` is the lesson's, as «2026-11-25»: kinds change from a day on.
  async choose(opener, target, day) {
    try {
      this.types ??= (await (await ask(this.url)).json()).work_types;
    } catch ({ message }) {
      this.say(`Виды работ сейчас не загрузить: ${message}.`);
      return;
    }
    const { was } = opener.dataset;
    const chosen = was.split(" ").filter(Boolean);
    const choices = PLACES.map((place, index) =>
      choice(place, this.on(day, chosen), chosen[index]),
    );
    const dialog = document.getElementById("works");
    const save = () => {
      closeDialog(dialog);
      const texts = choices.map((select) => select.value);
      const text = texts.filter(Boolean).join(" ");
      if (text !== was) this.write(target, was, text);
    };
    dialog.replaceChildren(
      make("h2", "Виды работ на уроке"),
      ...choices.map(line),
      deeds(dialog, save),
    );
    openDialog(dialog);
    choices[0].focus();
  }

  // The kinds of a day, and those chosen before whatever day they are of.
  on(day, chosen) {
    return this.types.filter(({ pk, starts_on, ends_on }) => {
      const isOf = starts_on <= day && (!ends_on || day <= ends_on);
      return isOf || chosen.includes(String(pk));
    });
  }
}

function choice(place, types, chosen) {
  const select = make("select");
  select.setAttribute("aria-label", place);
  select.append(new Option("—", ""));
  for (const { pk, name } of types) {
    select.append(new Option(name, pk, false, String(pk) === chosen));
  }
  return select;
}

function line(select, index) {
  const made = make("div", "", { className: "choice" });
  made.append(make("b", String(index + 1)), select);
  return made;
}

function deeds(dialog, save) {
  const made = make("div", "", { className: "todo-list" });
  const cancel = button("Отмена", () => closeDialog(dialog));
  made.append(button("Сохранить", save, { className: "main" }), cancel);
  return made;
}
