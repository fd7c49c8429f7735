// The bar under the table: where one is, what became of what was typed, what can be done.

import { button, make } from "../dom.js";

export class Bar {
  constructor(root) {
    this.box = root.querySelector(".bar");
    this.keepRoom();
    if ("ResizeObserver" in window) new ResizeObserver(() => this.keepRoom()).observe(this.box);
  }

  part(name) {
    return this.box.querySelector(`.${name}`);
  }

  say(text) {
    this.part("state").textContent = text;
  }

  // Something to be read at leisure, with something to be done about it.
  notify(text, ...deeds) {
    const notice = this.part("notice");
    notice.hidden = !text;
    notice.replaceChildren(make("span", text), ...deeds);
    if (text) notice.append(button("Понятно", () => this.notify("")));
  }

  // What has the focus is not to lie under the bar, which stays at the window's bottom.
  keepRoom() {
    document.documentElement.style.scrollPaddingBottom = `${this.box.offsetHeight + 8}px`;
  }
}
