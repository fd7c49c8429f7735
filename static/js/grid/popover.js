// A refused, contested or left text, explained at its place: a box beside the element.

import { button, clock, conflictText, make, shown } from "../dom.js";

export class Popover {
  // `keep(element, text)` drops the person's own text for the one that stands there,
  // `insist(element)` sends the own one after all.
  constructor(root, scroll, { keep, insist }) {
    Object.assign(this, { keep, insist, element: null });
    this.box = make("div", "", { className: "popover", id: "popover", hidden: true });
    this.box.setAttribute("role", "alert");
    root.append(this.box);
    const place = () => this.place();
    scroll.addEventListener("scroll", place, { passive: true });
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
    const { status, message, at, say = (text) => text } = element.problem;
    const { text, was } = element.problem;
    const [mine, stands] = [element.problem.mine, text].map(
      (one) => one !== undefined && shown(say(one)),
    );
    this.element = element;
    const deeds = make("div");
    if (status === "conflict") {
      deeds.append(
        this.deed(`Оставить «${stands}»`, this.keep, text),
        this.deed(`Поставить «${mine}»`, this.insist),
      );
      this.box.replaceChildren(
        make("p", `${conflictText({ ...element.problem, text: stands })} Ваше: «${mine}».`),
        deeds,
      );
    } else if (status === "draft") {
      deeds.append(
        this.deed(`Сохранить «${mine}»`, this.insist),
        this.deed(`Вернуть «${shown(was)}»`, this.keep, was),
      );
      this.box.replaceChildren(
        make("p", `Набрано в ${clock(at)} и не сохранено: «${mine}».`),
        deeds,
      );
    } else {
      this.box.replaceChildren(make("p", message));
    }
    this.box.hidden = false;
    element.setAttribute("aria-describedby", "popover");
    this.place();
  }

  deed(title, deed, text) {
    return button(title, () => {
      const { element } = this;
      this.close();
      deed(element, text);
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
