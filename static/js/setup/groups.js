// Ticks that say who sits in which group: each is saved at once; groups of one subject exclude each
// other.

import { button } from "../dom.js";
import { MOVES, neighbour } from "../grid/moving.js";
import { send, whyNot } from "./sending.js";

const form = document.getElementById("ticks");

function start() {
  const ticks = new Ticks(form);
  form.querySelector(".save").hidden = true; // each tick is saved by itself
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", ({ target }) => ticks.changed(target));
  form.addEventListener("keydown", (event) => ticks.key(event));
  form.addEventListener("focusin", ({ target }) => ticks.tell(target));
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.code !== "KeyZ") return;
    event.preventDefault();
    ticks.takeBack();
  });
  if (matchMedia("(max-width: 40rem)").matches) ticks.wantingFirst();
}

class Ticks {
  constructor(box) {
    Object.assign(this, { box, deeds: [], queue: Promise.resolve() });
    this.body = box.querySelector("tbody");
    this.bar = box.querySelector(".bar");
  }

  say(text, ...more) {
    const state = this.bar.querySelector(".state");
    state.textContent = text;
    state.append(...more);
  }

  tell(input) {
    if (input.name === "t") {
      this.bar.querySelector(".place").textContent = input.getAttribute("aria-label");
    }
  }

  cellsOf(td) {
    return [...td.parentElement.cells].filter((one) => one.dataset.split === td.dataset.split);
  }

  // The group (its id) that a pupil has in the split of a cell, by what the server last told.
  was(td) {
    const told = this.cellsOf(td).find((one) => one.querySelector("[name=was]"));
    return told ? groupOf(told) : "";
  }

  changed(input) {
    if (input.name !== "t") return;
    const td = input.closest("td");
    for (const one of this.cellsOf(td)) {
      const its = one.querySelector("[name=t]");
      if (its !== input) its.checked = false;
    }
    this.paint(td);
    this.queue = this.queue.then(() => this.save(td));
  }

  paint(td) {
    const cells = this.cellsOf(td);
    const isNone = cells.length > 1 && !cells.some((one) => one.querySelector("[name=t]").checked);
    for (const one of cells) {
      one.classList.toggle("on", one.querySelector("[name=t]").checked);
      one.classList.toggle("none", isNone);
      one.classList.remove("failed");
    }
  }

  async save(td) {
    const { class: school, url } = this.box.dataset;
    const chosen = this.cellsOf(td).find((one) => one.querySelector("[name=t]").checked);
    const text = chosen ? groupOf(chosen) : "";
    const was = this.was(td);
    if (text === was) return;
    const student = td.parentElement.dataset.student;
    this.say("сохраняется…");
    const fields = { class: school, student, split: td.dataset.split, was, text };
    const found = await send(url, fields);
    if ("text" in found.answer) this.stands(td, found.answer);
    if (found.status === 200) {
      if (found.answer.deed) this.deeds.push(found.answer.deed);
      this.say(`сохранено в ${found.answer.at}`);
      return;
    }
    const again = button("Повторить", () => this.save(td));
    if (!("text" in found.answer)) for (const one of this.cellsOf(td)) one.classList.add("failed");
    this.say(`Не сохранено. ${whyNot(found)} `, ...("text" in found.answer ? [] : [again]));
  }

  // What the server says of a pupil's groups, and of those who are in none.
  stands(td, { text, wants, counts, wanting }) {
    for (const one of this.cellsOf(td)) {
      const input = one.querySelector("[name=t]");
      input.checked = groupOf(one) === text;
      one.querySelector("[name=was]")?.remove();
      if (input.checked) one.append(hidden(input.value));
    }
    this.paint(td);
    for (const one of this.cellsOf(td)) one.classList.toggle("none", wants);
    td.parentElement.classList.toggle("wanting", !!td.parentElement.querySelector("td.none"));
    for (const [group, count] of Object.entries(counts)) {
      const span = this.box.querySelector(`[data-count="${group}"]`);
      if (span) span.textContent = count;
    }
    for (const link of document.querySelectorAll("#classes a")) {
      const count = wanting[link.dataset.class];
      link.classList.toggle("wants", count > 0);
      link.querySelector("b").textContent = count || "";
    }
  }

  async takeBack() {
    const deed = this.deeds.pop();
    if (!deed) {
      this.say("Возвращать нечего: на этой странице вы ещё ничего не меняли.");
      return;
    }
    const found = await send(this.box.dataset.back, { deed });
    if (found.status === 200) location.reload();
    else this.say(`Не возвращено. ${whyNot(found)}`);
  }

  // --- keys ---

  key(event) {
    const input = event.target;
    if (input.name !== "t" || event.ctrlKey || event.metaKey || event.altKey) return;
    const td = input.closest("td");
    const number = Number(event.key);
    if (MOVES[event.key]) this.go(td, MOVES[event.key], event.shiftKey);
    else if (event.key === "Enter") this.go(td, [1, 0], false);
    else if (number && this.cellsOf(td)[number - 1]) this.choose(this.cellsOf(td)[number - 1]);
    else return;
    event.preventDefault();
  }

  // With Shift the tick goes along.
  go(td, move, takesAlong) {
    const rows = [...this.body.rows];
    const at = { row: rows.indexOf(td.parentElement), column: td.cellIndex - 1 };
    const size = { rows: rows.length, columns: td.parentElement.cells.length - 1 };
    const { row, column } = neighbour(at, move, size);
    const next = rows[row].cells[column + 1];
    const isTicked = td.querySelector("[name=t]").checked;
    next.querySelector("[name=t]").focus();
    if (takesAlong && move[0] && isTicked && next !== td) this.choose(next);
  }

  choose(td) {
    const input = td.querySelector("[name=t]");
    input.focus();
    if (input.checked) return;
    input.checked = true;
    this.changed(input);
  }

  wantingFirst() {
    this.body.prepend(...this.body.querySelectorAll("tr.wanting"));
  }
}

const groupOf = (td) => td.querySelector("[name=t]").value.split("-")[1];

function hidden(value) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name: "was", value });
  return input;
}

if (form) start();
