// The bar's question about the active cell, and what can be answered.

import { button, make } from "../dom.js";
import { named } from "./asked.js";
import { send, whyNot } from "./sending.js";

export class Questions {
  constructor(sheet) {
    this.sheet = sheet;
    this.box = sheet.part("question");
  }

  // Of the cell that is active by now.
  ask() {
    const { question } = this.sheet;
    this.box.hidden = !question;
    if (!question) return;
    const label = make("b", `${this.sheet.active.getAttribute("aria-label")}: `);
    const asked = question.kind === "conflict" ? this.conflict(question) : this.asked(question);
    this.box.replaceChildren(label, ...asked);
    const others = this.sheet.asked.size - 1;
    if (others) this.box.append(make("span", `ещё ошибок: ${others}`));
  }

  conflict({ text }) {
    const { sheet } = this;
    const { active } = sheet;
    const stands = active.dataset.text || "пусто";
    return [
      make("span", `тем временем здесь стало «${stands}», вы писали «${text}».`),
      button("Записать моё", () => sheet.write(active, text)),
      button("Оставить", () => sheet.leaveAsItIs()),
    ];
  }

  asked(question) {
    const { sheet } = this;
    const answers = [make("span", question.told)];
    if (question.instead) {
      const yes = button(`${question.proposal} `, () => sheet.accept(), { className: "main" });
      yes.append(make("kbd", "Enter"));
      answers.push(yes);
    }
    if (question.word) {
      answers.push(this.another(question));
      answers.push(button("Новый сотрудник", () => this.hire(question)));
    } else {
      answers.push(button("Исправить", () => sheet.edit(question.text, false)));
    }
    return answers;
  }

  // «Другой…»: whoever else works here.
  another({ text, word }) {
    const input = field("Другой сотрудник", "Другой…");
    input.setAttribute("list", "staff");
    const { sheet } = this;
    const { active } = sheet;
    input.addEventListener("change", () => {
      if (input.value) sheet.write(active, named(text, word, input.value));
    });
    return input;
  }

  hire(question) {
    const fields = ["Фамилия", "Имя", "Отчество"].map((title) => field(title, title));
    fields[0].value = question.word;
    const told = make("span");
    const { active } = this.sheet;
    const add = button("Добавить", () => this.hired(question, fields, told, active));
    this.box.replaceChildren(make("b", "Новый сотрудник:"), ...fields, add, told);
    fields[1].focus();
  }

  async hired({ text, word }, fields, told, td) {
    const { sheet } = this;
    const [last, first, patronymic] = fields.map((one) => one.value.trim());
    const sent = { last_name: last, first_name: first, patronymic };
    const found = await send(sheet.box.dataset.hire, sent);
    if (found.status !== 200) {
      told.textContent = whyNot(found);
      return;
    }
    sheet.activate(td);
    sheet.write(td, named(text, word, found.answer.name));
  }
}

function field(label, placeholder) {
  const input = make("input", "", { placeholder, autocomplete: "off" });
  input.setAttribute("aria-label", label);
  return input;
}
