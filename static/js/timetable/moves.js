// Moves on their way to the server: each is kept by the browser until it is answered, sent again where
// the line is dead, shown in its place at once, and taken back step by step.

import { ask } from "../ask.js";
import { link, make } from "../dom.js";
import { saves } from "../keep.js";
import { inverse, told } from "./spots.js";

const PLACE = "timetable";

export class Moves {
  constructor(grid) {
    Object.assign(this, { grid, done: [], onTheirWay: new Map() });
    this.touched = { spots: new Set(), ids: new Set() }; // what is to be looked at anew
    this.line = document.getElementById("moved");
    this.back = document.getElementById("take-back");
    this.back.addEventListener("click", () => this.takeBack());
    saves.open(PLACE, {
      title: "Расписание",
      url: location.pathname + location.search,
      show: (target, status, detail) => this.show(target, status, detail),
      go: () => this.line.scrollIntoView(),
    });
  }

  make(move) {
    this.done.push(move);
    this.send(move);
  }

  takeBack() {
    const move = this.done.pop();
    this.back.disabled = !this.done.length;
    if (move) this.send(inverse(move), "Возвращено");
    else this.say("Возвращать нечего: здесь вы ещё ничего не переносили.");
  }

  send(move, word = "Перенесено") {
    const target = `move:${Date.now()}-${Math.random().toString(36).slice(2, 6)}`;
    const { by, of, weeks, draft, moveUrl } = this.grid.table.dataset;
    const { ids, exchange, was, to } = move;
    this.onTheirWay.set(target, { move, word });
    this.back.disabled = !this.done.length;
    this.grid.show(move);
    this.mark(move, true);
    this.touch(move);
    this.say(`Сохраняется: ${told(move)}.`);
    saves.put(PLACE, target, () => was, to, {
      post: moveUrl,
      fields: { ids, exchange, draft, by, of, weeks },
      label: `Перенос: ${told(move)}`,
      url: location.pathname + location.search,
    });
  }

  // How it goes with a move: of this page, of one before it, or of another tab.
  show(target, status, detail) {
    const { move, word } = this.onTheirWay.get(target) ?? {};
    const what = move ? told(move) : "начатый раньше";
    if (status === "failed") {
      this.say(`Перенос «${what}» не сохранён, повторяется.`, "unsaved");
    } else if (status === "saved") {
      this.onTheirWay.delete(target);
      if (move) this.mark(move, false);
      if (detail.draft) this.grid.table.dataset.draft = detail.draft;
      if (move && !this.onTheirWay.size) this.look();
      const begun = detail.begun ? " Начат черновик: он виден только руководителям." : "";
      if (!this.onTheirWay.size) this.say(`${word ?? "Перенесено"}: ${what}.${begun}`, "saved");
    } else if (status === "conflict" || status === "error") {
      this.refused(target, move, detail);
    }
  }

  refused(target, move, { message }) {
    saves.forget(PLACE, target);
    if (this.onTheirWay.delete(target) && move) {
      this.mark(move, false);
      this.grid.show(inverse(move));
      this.done = this.done.filter((one) => one !== move);
      this.back.disabled = !this.done.length;
    }
    this.say(`Не перенесено. ${message} `, "refused");
    this.line.append(link("Открыть расписание ещё раз", location.href));
  }

  mark({ ids }, isOnItsWay) {
    for (const lesson of this.grid.lessonsAmong(ids)) {
      lesson.classList.toggle("on-its-way", isOnItsWay);
    }
  }

  touch({ ids, exchange, was, to }) {
    const { touched } = this;
    for (const spot of [was, to]) touched.spots.add(spot);
    for (const one of `${ids} ${exchange}`.split(" ").filter(Boolean)) touched.ids.add(one);
  }

  // What the server has by now where lessons were moved: its cells, what can't stand together, the
  // draft. Where it can't be had it is asked for with the next move.
  async look() {
    const { by, of, weeks, aroundUrl } = this.grid.table.dataset;
    const ids = [...this.touched.ids];
    const asked = new URLSearchParams({ by, of, weeks, ids: ids.join(" ") });
    for (const spot of this.touched.spots) asked.append("at", spot);
    const seen = this.touched;
    try {
      const found = await (await ask(`${aroundUrl}?${asked}`)).json();
      if (this.onTheirWay.size || this.touched !== seen) return; // the next answer is newer
      this.touched = { spots: new Set(), ids: new Set() };
      this.grid.fill(found.cells);
      const bar = document.getElementById("draft-bar");
      bar.innerHTML = found.bar; // our own fragment, escaped by its template
      bar.hidden = false;
      document.getElementById("first-move")?.remove();
      tellConflicts(ids, found.conflicts);
    } catch {
      // Nothing is lost by it.
    }
  }

  say(text, state = "") {
    this.line.textContent = text;
    this.line.className = `moved ${state}`;
  }
}

// What was in conflict with the moved lessons is told anew, all else stays.
function tellConflicts(moved, conflicts) {
  const list = document.querySelector("#conflicts ul");
  for (const item of list.querySelectorAll("li")) {
    if (item.dataset.ids.split(" ").some((one) => moved.includes(one))) item.remove();
  }
  const holder = make("ul");
  holder.innerHTML = conflicts.join(""); // our own fragments, escaped by their template
  list.append(...holder.children);
  countConflicts();
}

export function countConflicts() {
  const section = document.getElementById("conflicts");
  const count = section.querySelectorAll("li").length;
  section.hidden = !count;
  section.querySelector("[data-count]").textContent = count;
  const told = document.querySelector("#draft-bar .clashes");
  if (!told) return;
  told.hidden = !count;
  told.querySelector("[data-count]").textContent = count;
}
