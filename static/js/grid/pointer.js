// Mouse, finger and pen on the table.

import { FIRST } from "./places.js";

export class Pointer {
  constructor(grid) {
    this.grid = grid;
    this.isFinger = false; // the last touch of the page was by a finger or a pen
    this.tellFingers();
    const { table } = grid.places;
    table.addEventListener("mousedown", (event) => this.press(event));
    table.addEventListener("click", (event) => this.click(event));
    table.addEventListener("dblclick", (event) => this.open(event));
    table.addEventListener("focusin", (event) => this.enter(event));
    table.addEventListener("focusout", () => this.leave());
  }

  // A finger or a pen has no keys to press on a cell: it needs the input for its keyboard to appear.
  // Older iPads call a finger's click a mouse's: there the touch before it tells, or that nothing
  // can hover.
  tellFingers() {
    const note = ({ type, pointerType }) => {
      this.isFinger = type === "touchstart" || isFingers(pointerType);
    };
    for (const kind of ["touchstart", "pointerdown"]) {
      addEventListener(kind, note, { passive: true, capture: true });
    }
    this.cannotHover = matchMedia("(hover: none)");
  }

  press(event) {
    const { editing, moving } = this.grid;
    const td = cellOf(event);
    if (!td || editing.isOpen(td)) return;
    editing.finish(true);
    moving.activate(td);
    event.preventDefault();
  }

  click(event) {
    this.isFinger ||= this.cannotHover.matches || isFingers(event.pointerType);
    if (this.isFinger) this.open(event);
  }

  open(event) {
    const { editing } = this.grid;
    const td = cellOf(event);
    if (td && td.cellIndex >= FIRST && !editing.editor) editing.edit(td, td.textContent, false);
  }

  enter(event) {
    const { moving } = this.grid;
    const td = cellOf(event);
    if (td && td !== moving.active && td.cellIndex >= FIRST) {
      moving.activate(td, { focus: event.target === td });
    }
  }

  leave() {
    const { editing, places } = this.grid;
    if (!editing.editor || !document.hasFocus()) return;
    setTimeout(() => {
      if (!places.table.contains(document.activeElement)) editing.finish(true);
    });
  }
}

const isFingers = (pointerType) => ["touch", "pen"].includes(pointerType);

const cellOf = (event) => event.target.closest("tbody td");
