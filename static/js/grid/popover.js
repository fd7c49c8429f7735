// A refused, contested or left text, explained at its place: a box beside the element.

import { button, clock, conflictText, make, shown } from "../dom.js";

export class Popover {
  constructor(grid) {
    const { root } = grid;
    Object.assign(this, { grid, element: null });
    this.box = make("div", "", { className: "popover", id: "popover", hidden: true });
    this.box.setAttribute("role", "alert");
    root.append(this.box);
    const place = () => this.place();
    root.querySelector(".scroll").addEventListener("scroll", place, { passive: true });
    addEventListener("scroll", place, { passive: true });
    addEventListener("resize", place);
    this.box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const { element } = this;
      this.close();
      element.focus();
    });
  }

  open(element) {
    this.element = element;
    this.box.replaceChildren(...this.explain(element.problem));
    this.box.hidden = false;
    element.setAttribute("aria-describedby", "popover");
    this.place();
  }

  explain({ status, message, at, text, was, say = (one) => one, ...problem }) {
    if (status !== "conflict" && status !== "draft") return [make("p", message)];
    const mine = shown(say(problem.mine));
    if (status === "draft") {
      const told = `Набрано в ${clock(at)} и не сохранено: «${mine}».`;
      const deeds = [this.insist(`Сохранить «${mine}»`), this.keep(`Вернуть «${shown(was)}»`, was)];
      return [make("p", told), row(deeds)];
    }
    const stands = shown(say(text));
    const told = `${conflictText({ ...problem, at, text: stands })} Ваше: «${mine}».`;
    const deeds = [this.keep(`Оставить «${stands}»`, text), this.insist(`Поставить «${mine}»`)];
    return [make("p", told), row(deeds)];
  }

  keep(title, text) {
    return this.deed(title, (element) => this.grid.problems.settle(element, text));
  }

  insist(title) {
    return this.deed(title, (element) => this.grid.problems.insist(element));
  }

  deed(title, deed) {
    return button(title, () => {
      const { element } = this;
      this.close();
      deed(element);
    });
  }

  focus() {
    this.box.querySelector("button")?.focus();
  }

  place() {
    if (this.box.hidden) return;
    const around = this.element.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = this.box;
    const below = around.bottom + offsetHeight + 8 < innerHeight;
    const top = below ? around.bottom + 4 : around.top - offsetHeight - 4;
    this.box.style.top = `${Math.max(4, top)}px`;
    this.box.style.left = `${Math.max(4, Math.min(around.left, innerWidth - offsetWidth - 4))}px`;
  }

  close() {
    this.box.hidden = true;
    this.element?.removeAttribute("aria-describedby");
    this.element = null;
  }
}

function row(buttons) {
  const made = make("div");
  made.append(...buttons);
  return made;
}
