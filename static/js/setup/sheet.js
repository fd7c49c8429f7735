// A spreadsheet over a matrix that the server drew: one cell is active, one input moves over it. Each text
// or pasted block is sent at once and is a deed that Ctrl+Z takes back.

import { button, make } from "../dom.js";
import { isBlock } from "../grid/pasting.js";
import { MOVES, moveWhileTyping, neighbour } from "../grid/moving.js";
import { Asked, summary } from "./asked.js";
import { Questions } from "./questions.js";
import { send, whyNot } from "./sending.js";

export const nameOf = (td) => td.id.slice(2);

export class Sheet {
  constructor(box) {
    Object.assign(this, { box, table: box.querySelector("table"), bar: box.querySelector(".bar") });
    this.rows = [...this.table.tBodies[0].rows];
    this.asked = new Asked();
    this.questions = new Questions(this);
    this.deeds = [];
    this.unsent = new Map(); // cell: the text that is on its way or could not be sent
    this.editor = null; // {input, td, typed, inside}
    this.queue = Promise.resolve();
    this.activate(this.cellAt({ row: 0, column: 0 }), { focus: false });
  }

  part(name) {
    return this.bar.querySelector(`.${name}`);
  }

  say(text) {
    this.part("state").textContent = text;
  }

  isTyping(event) {
    return event.target.closest("input, textarea, select");
  }

  // --- where one is ---

  get size() {
    return { rows: this.rows.length, columns: this.rows[0].cells.length - 1 };
  }

  cellAt({ row, column }) {
    return this.rows[row].cells[column + 1];
  }

  at(td) {
    return { row: this.rows.indexOf(td.parentElement), column: td.cellIndex - 1 };
  }

  find(name) {
    return document.getElementById(`c-${name}`);
  }

  get order() {
    return this.rows.flatMap((row) => [...row.cells].slice(1).map(nameOf));
  }

  activate(td, { focus = true } = {}) {
    if (!td) return;
    this.active?.removeAttribute("tabindex");
    this.active = td;
    td.tabIndex = 0;
    if (focus) {
      td.focus({ preventScroll: true });
      this.keepInSight(td);
    }
    this.part("place").textContent = td.getAttribute("aria-label");
    this.questions.ask();
  }

  // Heads and feet stick: what is under them is out of sight.
  keepInSight(td) {
    const scroll = this.table.parentElement;
    td.scrollIntoView({ block: "nearest", inline: "nearest" });
    const box = scroll.getBoundingClientRect();
    const cell = td.getBoundingClientRect();
    const top = box.top + this.table.tHead.offsetHeight;
    const left = box.left + this.rows[0].cells[0].offsetWidth;
    const bottom = box.bottom - (this.table.tFoot?.offsetHeight ?? 0);
    if (cell.top < top) scroll.scrollTop -= top - cell.top;
    if (cell.bottom > bottom) scroll.scrollTop += cell.bottom - bottom;
    if (cell.left < left) scroll.scrollLeft -= left - cell.left;
  }

  enter(td) {
    if (td && td !== this.active && !this.editor) this.activate(td, { focus: false });
  }

  go(move) {
    this.activate(this.cellAt(neighbour(this.at(this.active), move, this.size)));
  }

  // --- keys and mouse ---

  key(event) {
    const isOurs = this.editor ? this.keyInEditor(event) : this.keyOnCell(event);
    if (isOurs) event.preventDefault();
  }

  keyInEditor({ key, shiftKey }) {
    const { td, typed } = this.editor;
    const move = moveWhileTyping(key, typed);
    if (key === "Escape") this.close(false);
    else if (key === "Enter") this.closeAndGo([shiftKey ? -1 : 1, 0]);
    else if (key === "Tab") this.closeAndGo([0, shiftKey ? -1 : 1]);
    else if (move) this.closeAndGo(move);
    else return false;
    if (key === "Escape") this.activate(td);
    return true;
  }

  closeAndGo(move) {
    this.close(true);
    this.go(move);
  }

  keyOnCell(event) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (!event.target.closest("tbody td") || ctrlKey || metaKey || altKey) return false;
    if (MOVES[key]) this.go(MOVES[key]);
    else if (key === "Enter" && this.question?.instead) this.accept();
    else if (key === "Enter") this.go([shiftKey ? -1 : 1, 0]);
    else if (key === "F2") this.edit(this.textOf(this.active), false);
    else if (key === "Delete" || key === "Backspace") this.write(this.active, "");
    else if (key === "Escape") this.leaveAsItIs();
    else if (key.length === 1) this.edit(key, true);
    else return false;
    return true;
  }

  press(event) {
    const td = event.target.closest("tbody td");
    if (!td || this.editor?.td === td) return;
    this.close(true);
    this.activate(td);
    event.preventDefault();
  }

  open(event) {
    const td = event.target.closest("tbody td");
    if (td && !this.editor) this.edit(this.textOf(td), false);
  }

  // What is typed for a cell: also what could not be written.
  textOf(td) {
    const name = nameOf(td);
    return this.unsent.get(name) ?? this.asked.get(name)?.text ?? td.dataset.text;
  }

  // --- editing ---

  edit(text, typed) {
    const td = this.active;
    const input = make("input", "", { className: "editor", value: text, autocomplete: "off" });
    input.maxLength = 300;
    input.setAttribute("aria-label", td.getAttribute("aria-label"));
    this.editor = { input, td, typed, inside: [...td.childNodes] };
    td.replaceChildren(input);
    input.focus();
    input.setSelectionRange(text.length, text.length);
    input.addEventListener("blur", () =>
      setTimeout(() => this.editor?.input === input && this.close(true)),
    );
  }

  close(keep) {
    if (!this.editor) return;
    const { input, td, inside } = this.editor;
    this.editor = null;
    td.replaceChildren(...inside);
    if (keep && input.value.trim() !== this.textOf(td)) this.write(td, input.value.trim());
  }

  write(td, text) {
    const name = nameOf(td);
    if (text === td.dataset.text) {
      this.settle(name);
      return;
    }
    this.show(td, text, "saving");
    this.unsent.set(name, text);
    const cell = [...name.split("-").map(Number), text, td.dataset.text];
    this.post({ cells: JSON.stringify([cell]) }, [name]);
  }

  // A text that is not what stands.
  show(td, text, state) {
    td.className = td.classList.contains("pasted") ? "pasted" : "";
    td.classList.add(state);
    td.textContent = text;
  }

  // Leave what stands there.
  settle(name) {
    this.asked.drop(name);
    this.unsent.delete(name);
    this.redraw(name, this.standing?.get(name));
    this.questions.ask();
  }

  leaveAsItIs() {
    if (this.textOf(this.active) !== this.active.dataset.text) this.settle(nameOf(this.active));
  }

  // --- to the server and back ---

  // One after the other: the second is compared with what the first has made.
  post(fields, names) {
    const { by, part, url } = this.box.dataset;
    this.say("сохраняется…");
    this.queue = this.queue.then(async () => {
      const found = await send(url, { by, part, ...fields });
      if (found.status === 200) this.saved(found.answer, "block" in fields);
      else this.failed(found, fields, names);
    });
    return this.queue;
  }

  saved(answer, isBlock) {
    for (const name of Object.keys(answer.typed)) this.unsent.delete(name);
    this.asked.take(answer);
    this.fill(answer);
    for (const name of Object.keys(answer.typed)) {
      this.mark(name);
      if (isBlock) this.find(name)?.classList.add("pasted");
    }
    if (answer.deed) this.deeds.push(answer.deed);
    this.part("undo").disabled = !this.deeds.length;
    this.say(summary(answer));
    if (this.asked.size && !this.editor && !this.asked.get(nameOf(this.active))) this.goOn();
    else this.questions.ask();
  }

  mark(name) {
    const td = this.find(name);
    const asked = this.asked.get(name);
    if (!td || !asked) return;
    this.keep(name, td);
    this.show(td, asked.text, asked.kind === "conflict" ? "conflict" : "error");
  }

  // What stands in a cell that shows something else for now.
  keep(name, td) {
    this.standing ??= new Map();
    if (!this.standing.has(name)) this.standing.set(name, td.innerHTML);
  }

  fill({ cells, feet, sums, lacking }) {
    for (const [name, html] of Object.entries(cells)) {
      this.standing?.delete(name);
      this.redraw(name, html, true);
      if (this.asked.get(name)) this.mark(name);
    }
    for (const [key, html] of Object.entries(feet)) {
      const td = this.table.querySelector(`[data-foot="${key}"]`);
      if (td) td.innerHTML = html; // our own fragment, escaped by its function
    }
    for (const [key, html] of Object.entries(sums)) {
      const small = document.getElementById(`s-${key}`);
      if (small) small.outerHTML = html;
    }
    for (const link of document.querySelectorAll("#parts a")) {
      const count = link.querySelector("b");
      if (count) count.textContent = lacking[link.dataset.part] ?? 0;
    }
  }

  // A cell as the server draws it; what is being typed in it stays.
  redraw(name, html, isWhole = false) {
    const td = this.find(name);
    if (!td || html === undefined) return;
    const drawn = isWhole ? cellOf(html) : { innerHTML: html, className: "", dataset: td.dataset };
    td.className = drawn.className;
    td.dataset.text = drawn.dataset.text;
    if (this.editor?.td === td) this.editor.inside = [...drawn.childNodes];
    else td.innerHTML = drawn.innerHTML;
    if (td === this.active) td.tabIndex = 0;
  }

  failed(found, fields, names) {
    for (const name of names) {
      const td = this.find(name);
      if (td && this.unsent.has(name)) this.show(td, this.unsent.get(name), "failed");
    }
    this.say(`Не сохранено. ${whyNot(found)} `);
    const again = button("Повторить", () => this.post(fields, names));
    this.part("state").append(again);
  }

  // --- blocks ---

  pasted(event) {
    const text = event.clipboardData.getData("text/plain");
    if (this.editor && !isBlock(text)) return;
    event.preventDefault();
    this.close(false);
    if (!isBlock(text)) {
      this.write(this.active, text.trim());
      return;
    }
    for (const td of this.table.querySelectorAll("td.pasted")) td.classList.remove("pasted");
    const seen = Object.fromEntries(this.order.map((name) => [name, this.find(name).dataset.text]));
    const fields = { block: text, at: nameOf(this.active), seen: JSON.stringify(seen) };
    this.post(fields, []);
  }

  copied(event) {
    if (this.editor) return;
    event.clipboardData.setData("text/plain", this.active.dataset.text);
    event.preventDefault();
  }

  async takeBack() {
    const { by, part, back } = this.box.dataset;
    const deed = this.deeds.pop();
    this.part("undo").disabled = !this.deeds.length;
    if (!deed) {
      this.say("Возвращать нечего: на этой странице вы ещё ничего не меняли.");
      return;
    }
    const found = await send(back, { by, part, deed });
    if (found.status !== 200) {
      this.say(`Не возвращено. ${whyNot(found)}`);
      return;
    }
    const left = Array.from(this.asked.cells.keys());
    left.forEach((name) => this.settle(name));
    for (const td of this.table.querySelectorAll("td.pasted")) td.classList.remove("pasted");
    this.fill(found.answer);
    this.questions.ask();
    this.say(`Возвращено как было в ${found.answer.at}.`);
  }

  // --- questions ---

  goOn() {
    const next = this.asked.after(nameOf(this.active), this.order);
    if (next) this.activate(this.find(next));
    else this.say("Ошибок нет.");
  }

  get question() {
    return this.asked.get(nameOf(this.active));
  }

  accept() {
    this.write(this.active, this.question.instead);
  }
}

function cellOf(html) {
  const holder = document.createElement("template");
  holder.innerHTML = `<table><tbody><tr>${html}</tr></tbody></table>`; // escaped by the server's function
  return holder.content.querySelector("td");
}
