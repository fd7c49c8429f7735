// The works of a lesson (2.7): what each mark of a cell is for, chosen in a dialog.

import { ask } from "../ask.js";
import { button, closeDialog, make, openDialog } from "../dom.js";

const PLACES = ["Первая отметка в клетке", "Вторая", "Третья"];

export class Works {
  // `write(target, was, text)`: texts are ids of work types, in order, parted by blanks.
  constructor(root, say, write) {
    Object.assign(this, { root, say, write, types: null });
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
      this.types ??= (await (await ask(this.root.dataset.worksUrl)).json()).work_types;
    } catch ({ message }) {
      this.say(`Виды работ сейчас не загрузить: ${message}.`);
      return;
    }
    const dialog = document.getElementById("works");
    const was = opener.dataset.was;
    const chosen = was.split(" ").filter(Boolean);
    const choices = PLACES.map((place, index) => {
      const select = make("select");
      select.setAttribute("aria-label", place);
      select.append(new Option("—", ""));
      for (const { pk, name, starts_on, ends_on } of this.types) {
        const isOf = starts_on <= day && (!ends_on || day <= ends_on);
        if (isOf || chosen.includes(String(pk))) {
          select.append(new Option(name, pk, false, String(pk) === chosen[index]));
        }
      }
      return select;
    });
    dialog.replaceChildren(make("h2", "Виды работ на уроке"));
    choices.forEach((select, index) => {
      const line = make("div", "", { className: "choice" });
      line.append(make("b", String(index + 1)), select);
      dialog.append(line);
    });
    const deeds = make("div", "", { className: "todo-list" });
    const save = button(
      "Сохранить",
      () => {
        closeDialog(dialog);
        const text = choices
          .map((select) => select.value)
          .filter(Boolean)
          .join(" ");
        if (text !== was) this.write(target, was, text);
      },
      { className: "main" },
    );
    deeds.append(
      save,
      button("Отмена", () => closeDialog(dialog)),
    );
    dialog.append(deeds);
    openDialog(dialog);
    choices[0].focus();
  }
}
