// The session has ended under an open page: the password is asked for in place, of the same person
// alone, and what is not saved goes on by itself. The box takes no focus and covers no page: whoever
// is just typing goes on typing.

import { button, link, make } from "./dom.js";
import { send } from "./post.js";

const WRONG = "Не получилось. Войдите в новой вкладке: набранное не пропадёт.";

export class Again {
  // `person`: {owner, login, name, isShared}; `urls`: {login, code}; `done()` when he is in again.
  constructor(box, person, urls, done) {
    Object.assign(this, { box, person, urls, done });
    this.isPutOff = false;
  }

  // What the page knows of its session: «session» when it is over, and how much waits.
  tell(ended, unsaved) {
    if (ended !== "session") {
      this.isPutOff = false;
      this.close();
    } else if (!this.isPutOff && !this.isOpen) this.open();
    if (this.isOpen) this.count.textContent = `Несохранённых записей: ${unsaved}.`;
  }

  get isOpen() {
    return this.box.hasAttribute("open");
  }

  open() {
    this.count = make("b", "");
    this.draw("password", "Пароль", "current-password");
    this.box.setAttribute("open", "");
  }

  close() {
    this.box.removeAttribute("open");
    this.box.replaceChildren();
  }

  focus() {
    this.isPutOff = false;
    if (!this.isOpen) this.open();
    this.field.focus();
  }

  // The form with one field; what was typed into the one before goes with `fields`.
  draw(name, title, autocomplete) {
    const form = make("form", "", { method: "post" });
    this.field = make("input", "", {
      id: "again-field",
      name,
      type: name === "password" ? "password" : "text",
      autocomplete,
      required: true,
    });
    const label = make("label", title, { htmlFor: "again-field" });
    this.error = make("p", "", { className: "errors" });
    this.error.setAttribute("role", "alert");
    const later = button("Позже", () => {
      this.isPutOff = true;
      this.close();
    });
    const deeds = make("p", "", { className: "deeds" });
    deeds.append(make("button", "Войти и записать", { className: "main" }), later);
    const other = make("p", "", { className: "faint" });
    other.append(
      link("Войти в новой вкладке", this.urls.login, { target: "_blank", rel: "noopener" }),
    );
    const told = make("p", "Введите пароль, и они запишутся. ");
    told.prepend(this.count, " ");
    form.append(
      make("h2", "Вход закончился", { id: "again-title" }),
      told,
      make("p", this.person.name, { className: "faint" }),
      label,
      this.field,
      this.error,
      deeds,
      other,
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send(name);
    });
    this.box.replaceChildren(form);
  }

  async send(name) {
    this.error.textContent = "";
    const { status, answer } =
      name === "password"
        ? await this.post(this.urls.login, {
            username: this.person.login,
            password: this.field.value,
            ...(this.person.isShared ? { is_shared: "on" } : {}),
          })
        : await this.post(this.urls.code, { code: this.field.value });
    if (!this.isOpen) return; // put off, or logged in elsewhere meanwhile
    if (status === 200 && answer?.asks === "code") {
      this.draw("code", "Код из приложения", "one-time-code");
      this.field.focus();
    } else if (status === 200 && answer?.user === this.person.owner) {
      this.close();
      this.done();
    } else if (status === 401 && name === "code") {
      this.draw("password", "Пароль", "current-password");
      this.field.focus();
      this.error.textContent = answer?.message ?? WRONG;
    } else {
      this.error.textContent = answer?.message || WRONG;
      this.field.select();
    }
  }

  post(url, fields) {
    return send(url, fields, this.person.owner);
  }
}
