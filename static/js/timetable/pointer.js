// Mouse, pen and finger: a lesson is dragged to its new place. A finger rests on it first, or the page
// is scrolled.

const FAR = 6; // px
const REST = 350; // ms

export class Pointer {
  constructor(grid, carrying) {
    Object.assign(this, { grid, carrying, held: null });
    const { table } = grid;
    table.addEventListener("pointerdown", (event) => this.press(event));
    addEventListener("pointermove", (event) => this.move(event));
    addEventListener("pointerup", (event) => this.release(event));
    addEventListener("pointercancel", () => this.cancel());
    // While a lesson is carried the finger does not scroll; and no menu of the browser comes up.
    const stay = (event) => this.isCarrying() && event.cancelable && event.preventDefault();
    table.addEventListener("touchmove", stay, { passive: false });
    table.addEventListener("contextmenu", (event) => this.held && event.preventDefault());
    table.addEventListener("click", (event) => this.click(event), { capture: true });
  }

  isCarrying() {
    return Boolean(this.held?.isCarrying);
  }

  press(event) {
    const lesson = event.target.closest("a.lesson[data-ids]");
    if (!lesson || event.button !== 0 || this.carrying.lifted) return;
    this.held = { lesson, x: event.clientX, y: event.clientY, id: event.pointerId };
    if (event.pointerType === "touch") this.held.rest = setTimeout(() => this.lift(), REST);
  }

  lift() {
    this.held.isCarrying = true;
    this.grid.activate(this.held.lesson);
    this.carrying.lift(this.held.lesson);
  }

  move(event) {
    const { held } = this;
    if (!held || held.id !== event.pointerId) return;
    if (!held.isCarrying) {
      if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR) return;
      if (held.rest) {
        this.cancel(); // it scrolls
        return;
      }
      this.lift();
    }
    const cell = cellUnder(event);
    if (cell && this.carrying.lifted && cell !== this.carrying.lifted.over) {
      this.carrying.hover(cell);
    }
  }

  async release(event) {
    const { held } = this;
    if (!held || held.id !== event.pointerId) return;
    clearTimeout(held.rest);
    this.held = null;
    if (!held.isCarrying) return;
    this.justDropped = true;
    setTimeout(() => (this.justDropped = false));
    if (cellUnder(event)) await this.carrying.putDownOnceKnown();
    else if (this.carrying.lifted) this.carrying.goBack();
  }

  cancel() {
    if (!this.held) return;
    clearTimeout(this.held.rest);
    if (this.held.isCarrying && this.carrying.lifted) this.carrying.goBack();
    this.held = null;
  }

  // A click opens the lesson's form, but not the one that ends a drag; while a lesson is carried it
  // says where to.
  click(event) {
    const { lifted } = this.carrying;
    if (!this.justDropped && !lifted) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.justDropped) return;
    const cell = event.target.closest("td[data-spot]");
    if (cell) this.carrying.hover(cell);
  }
}

function cellUnder({ clientX, clientY }) {
  return document.elementFromPoint(clientX, clientY)?.closest("#week td[data-spot]") ?? null;
}
