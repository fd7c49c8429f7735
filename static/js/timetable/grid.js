// The grid of the timetable: its cells and lessons, which of them is active, and how they change
// places before the server has answered.

import { stepped } from "./spots.js";

export class Grid {
  constructor(table) {
    this.table = table;
    this.active = null; // a lesson, or a cell without one: the grid's one Tab stop
    this.prepare(table);
    this.activate(this.stops()[0], { focus: false });
    table.addEventListener("focusin", ({ target }) => {
      const stop = target.closest("a.lesson, td[data-spot]");
      if (stop && stop !== this.active) this.activate(stop, { focus: false });
    });
  }

  // What the server drew: links that are no Tab stops of their own.
  prepare(root) {
    for (const lesson of root.querySelectorAll("a.lesson")) {
      lesson.tabIndex = -1;
      lesson.draggable = false;
    }
  }

  get bands() {
    return [...this.table.tBodies[0].rows];
  }

  get size() {
    return { bands: this.bands.length, columns: this.bands[0].cells.length - 1 };
  }

  get isOfDay() {
    return this.table.dataset.by === "day";
  }

  cells() {
    return [...this.table.querySelectorAll("td[data-spot]")];
  }

  // The cell of a place: of a day's grid in the band of a class, as that of the cell `like`.
  cellAt(spot, like) {
    const cells = this.isOfDay && like ? [...like.parentElement.cells] : this.cells();
    return cells.find((cell) => cell.dataset?.spot === spot) ?? null;
  }

  lessonOf(ids) {
    return this.table.querySelector(`a.lesson[data-ids="${ids}"]`);
  }

  stops() {
    return this.cells().flatMap((cell) => this.stopsOf(cell));
  }

  stopsOf(cell) {
    const lessons = [...cell.querySelectorAll("a.lesson")];
    return lessons.length ? lessons : [cell];
  }

  activate(stop, { focus = true } = {}) {
    if (!stop) return;
    if (this.active) this.active.tabIndex = -1;
    this.active = stop;
    stop.tabIndex = 0;
    if (focus) stop.focus();
  }

  // Along the cells; up and down first through the lessons of one.
  go(step) {
    const cell = this.active.closest("td");
    const own = this.stopsOf(cell);
    const inside = own[own.indexOf(this.active) + step[0]];
    if (step[0] && inside) {
      this.activate(inside);
      return;
    }
    const next = this.neighbour(cell, step);
    if (next === cell) return;
    const stops = this.stopsOf(next);
    this.activate(step[0] < 0 ? stops[stops.length - 1] : stops[0]);
  }

  neighbour(cell, step) {
    const at = { band: this.bands.indexOf(cell.parentElement), column: cell.cellIndex - 1 };
    const { band, column } = stepped(at, step, this.size);
    return this.bands[band].cells[column + 1];
  }

  // Move what is drawn; the lessons that an exchange puts where they come from too.
  show({ ids, was, to, exchange }) {
    for (const [all, from, into] of [
      [ids, was, to],
      [exchange, to, was],
    ]) {
      for (const lesson of this.lessonsAmong(all)) {
        const cell = lesson.closest("td");
        if (cell.dataset.spot === from) this.cellAt(into, cell)?.append(lesson);
      }
    }
  }

  lessonsAmong(ids) {
    const asked = ids.split(" ");
    const isAsked = ({ dataset }) =>
      dataset.ids?.split(" ").some((one) => one && asked.includes(one));
    return [...this.table.querySelectorAll("a.lesson[data-ids]")].filter(isAsked);
  }

  // Cells as the server has them by now: {id: HTML}, our own fragments, escaped by their template.
  fill(cells) {
    const held = this.active?.dataset.ids;
    const hadFocus = this.table.contains(document.activeElement);
    for (const [id, html] of Object.entries(cells)) {
      const cell = document.getElementById(`at-${id}`);
      if (!cell) continue;
      cell.innerHTML = html;
      this.prepare(cell);
    }
    if (this.active?.isConnected) return;
    this.activate((held && this.lessonOf(held)) || this.stops()[0], { focus: hadFocus });
  }
}
