// Lessons lifted from their place: what each place of the week would be for them, where they hover,
// and the weeks of their teacher and room beside.

import { ask } from "../ask.js";
import { make } from "../dom.js";
import { weeksBeside } from "./beside.js";
import { inReach, named } from "./spots.js";

const SIGNS = { free: "✓", exchange: "⇄", busy: "✕", silent: "" };

export class Carrying {
  // `put(move)` is told where they were put down.
  constructor(grid, put) {
    Object.assign(this, { grid, put, lifted: null });
    this.bar = document.getElementById("carrying");
    this.spoken = document.getElementById("spoken");
    this.beside = document.getElementById("beside-weeks");
    this.part("nearest").addEventListener("click", () => this.toNearest());
    this.part("put").addEventListener("click", () => this.putDown());
    this.part("back").addEventListener("click", () => this.goBack());
  }

  part(name) {
    return this.bar.querySelector(`[data-part="${name}"]`);
  }

  say(text) {
    this.spoken.textContent = text;
  }

  lift(lesson) {
    const { ids, name } = lesson.dataset;
    if (this.lifted || !ids) return;
    const cell = lesson.closest("td");
    this.lifted = { lesson, ids, name, cell, was: cell.dataset.spot, over: cell, places: null };
    cell.classList.add("origin");
    this.bar.hidden = false;
    this.part("what").textContent = `${name}, ${named(cell.dataset.spot)}`;
    this.tell("узнаём, где свободно…");
    const mine = this.lifted;
    mine.known = this.ask(mine);
  }

  async ask(mine) {
    try {
      const { placesUrl } = this.grid.table.dataset;
      const response = await ask(`${placesUrl}?${new URLSearchParams({ row: mine.ids })}`);
      const { places, beside } = await response.json();
      if (this.lifted !== mine) return; // put back meanwhile
      Object.assign(mine, { places, beside });
      this.mark();
      this.hover(mine.over);
    } catch ({ message }) {
      if (this.lifted === mine) this.tell(`что где свободно, сейчас не узнать: ${message}`);
    }
  }

  mark() {
    const { cell: origin, places } = this.lifted;
    for (const cell of this.within(origin)) {
      const place = places[cell.dataset.spot];
      if (!place || cell === origin) continue;
      cell.classList.add("place", place.kind);
      const shown = place.kind === "exchange" && cell.querySelector("a.lesson") ? "" : place.told;
      const verdict = make("small", `${SIGNS[place.kind]} `, { className: "verdict" });
      verdict.append(make("span", shown, { className: "full" }));
      cell.append(verdict);
    }
  }

  // Of a day's grid the own class alone.
  within(cell) {
    return this.grid.isOfDay
      ? [...cell.parentElement.querySelectorAll("td[data-spot]")]
      : this.grid.cells();
  }

  hover(cell) {
    const { over, places, beside, was, name } = this.lifted;
    if (!this.within(this.lifted.cell).includes(cell)) return;
    over.classList.remove("over");
    over.querySelector(".ghost")?.remove();
    this.lifted.over = cell;
    const { spot } = cell.dataset;
    if (cell !== this.lifted.cell) {
      cell.classList.add("over");
      cell.prepend(make("span", name, { className: "ghost" }));
    }
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (!places) return;
    const place = places[spot];
    this.tell(place ? `→ ${place.whole}` : "на своём месте", place?.kind);
    this.part("put").firstChild.textContent =
      place?.kind === "busy" ? "Положить с накладкой " : "Положить ";
    this.beside.replaceChildren(...weeksBeside(beside, was, spot));
  }

  tell(text, kind = "") {
    const place = this.part("place");
    place.textContent = kind === "busy" ? `⚠ ${text}` : text;
    place.className = kind;
    this.say(`${this.lifted.name}: ${text}`);
  }

  step(step) {
    this.hover(this.grid.neighbour(this.lifted.over, step));
  }

  toNearest() {
    const { cell, over, places, was } = this.lifted;
    if (!places) return;
    const cells = this.within(cell);
    const there = cells.map((one) => one.dataset.spot);
    const reach = inReach(places, was, there);
    if (!reach.length) {
      this.tell("свободного места на этой неделе нет");
      return;
    }
    const next = reach[(reach.indexOf(over.dataset.spot) + 1) % reach.length];
    this.hover(cells.find((one) => one.dataset.spot === next));
  }

  // What would be exchanged has to be known first.
  async putDownOnceKnown() {
    const mine = this.lifted;
    await mine?.known;
    if (!mine || this.lifted !== mine) return;
    if (mine.places && mine.places[mine.over.dataset.spot]?.kind !== "silent") this.putDown();
    else this.goBack();
  }

  putDown() {
    const { ids, name, was, over, places, lesson } = this.lifted;
    const { spot } = over.dataset;
    if (spot === was) {
      this.goBack();
      return;
    }
    if (!places) return;
    const { kind, exchange, told } = places[spot];
    if (kind === "silent") {
      this.tell(told);
      return;
    }
    this.drop();
    this.grid.activate(lesson, { focus: false });
    this.put({ ids, name, was, to: spot, exchange });
    lesson.focus();
  }

  goBack() {
    const { lesson, name } = this.lifted;
    this.drop();
    this.grid.activate(lesson);
    this.say(`${name}: на своём месте`);
  }

  drop() {
    for (const cell of this.grid.cells()) {
      cell.classList.remove("origin", "over", "place", ...Object.keys(SIGNS));
      cell.querySelector(".ghost")?.remove();
      cell.querySelector(".verdict")?.remove();
    }
    this.beside.replaceChildren();
    this.bar.hidden = true;
    this.lifted = null;
  }
}
