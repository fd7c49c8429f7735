// Tables of rows to be typed and pasted: `table[data-rows]` in a form, with a template of a new row beside
// it. Enter goes down, a block from a spreadsheet is laid over the fields from one on (new rows come as
// they are needed), Ctrl+Z takes the whole of it back. Nothing is sent before the main button.

import { drawnIn, saidBy } from "../dom.js";
import { isBlock, parseBlock } from "../grid/pasting.js";

const FIELDS = "input:not([type=hidden]):not([disabled]), select";

export const fieldsOf = (row) => [...row.querySelectorAll(FIELDS)];

const STEPS = { Enter: 1, ArrowDown: 1, ArrowUp: -1 };

const YES = ["да", "1", "+", "x", "х", "v", "✓"];

// A pasted text as the field has it: of a choice the one that is called so.
export function put(field, text) {
  if (field.type === "checkbox") {
    field.checked = YES.includes(text.toLowerCase());
  } else if (field.options) {
    const asked = text.toLowerCase();
    const found = [...field.options].find(
      (one) => one.value.toLowerCase() === asked || one.text.trim().toLowerCase() === asked,
    );
    if (found) field.value = found.value;
    else return false;
  } else {
    field.value = text;
  }
  return true;
}

const emptyOf = (field) => (field.type === "checkbox" ? "false" : "");

const restore = (field, value) => {
  if (field.type === "checkbox") field.checked = value === "true";
  else field.value = value;
};

export class Rows {
  constructor(form) {
    this.form = form;
    this.table = form.querySelector("table[data-rows]");
    this.template = form.querySelector("template");
    this.undo = [];
    this.next = 1000; // above the numbers that the server gives
    this.standing = new Set(this.rows().filter((row) => !row.matches(".new, .wrong")));
    this.table.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "F8") return;
      event.preventDefault();
      this.nextWrong(document.activeElement);
    });
    this.table.addEventListener("paste", (event) => this.pasted(event));
    this.table.addEventListener("input", () => this.count());
    this.table.addEventListener("change", () => this.count());
    this.count();
  }

  rows() {
    return [...this.table.tBodies[0].rows].filter((row) => fieldsOf(row).length);
  }

  place(field) {
    const rows = this.rows();
    const row = rows.indexOf(field.closest("tr"));
    return { row, column: fieldsOf(rows[row]).indexOf(field) };
  }

  at(row, column) {
    const rows = this.rows();
    return rows[row] && fieldsOf(rows[row])[column];
  }

  add() {
    if (!this.template) return null;
    const html = this.template.innerHTML.replaceAll("n__", `n${this.next++}`);
    this.table.tBodies[0].insertAdjacentHTML("beforeend", html);
    return this.rows().at(-1);
  }

  key(event) {
    if (event.ctrlKey && event.code === "KeyZ" && this.undo.length) {
      event.preventDefault();
      for (const { field, value } of this.undo.pop().reverse()) restore(field, value);
      this.count();
      return;
    }
    const step = STEPS[event.key];
    const field = event.target;
    if (!step || event.ctrlKey || event.altKey || (field.options && event.key !== "Enter")) return;
    event.preventDefault();
    this.go(field, step, event.key === "Enter");
  }

  go(field, step, makes) {
    const { row, column } = this.place(field);
    if (makes && !this.at(row + step, column)) this.add();
    const there = this.at(row + step, column);
    there?.focus();
    there?.select?.();
  }

  nextWrong(field) {
    const wrong = [...this.table.querySelectorAll("[aria-invalid=true]")];
    const isAfter = (one) => field.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
    const there = wrong.find(isAfter) ?? wrong[0];
    there?.focus();
    there?.select?.();
  }

  pasted(event) {
    const text = event.clipboardData.getData("text/plain");
    if (!isBlock(text)) return;
    event.preventDefault();
    this.lay(parseBlock(text), this.place(event.target));
    this.count();
  }

  lay(block, { row, column }) {
    const changes = [];
    block.forEach((cells, down) => {
      if (!this.rows()[row + down] && !this.add()) return;
      cells.forEach((cell, right) => {
        const field = this.at(row + down, column + right);
        if (!field || cell === "") return;
        changes.push({ field, value: saidBy(field) });
        put(field, cell);
        field.closest("tr").classList.add("pasted");
      });
    });
    this.undo.push(changes);
  }

  // How many rows the main button will write.
  count() {
    const isChanged = (row) => {
      const before = this.standing.has(row) ? drawnIn : emptyOf;
      return fieldsOf(row).some((field) => saidBy(field) !== before(field));
    };
    const count = this.rows().filter(isChanged).length;
    const save = this.form.querySelector("[data-save]");
    save.textContent = count ? `Записать ${count}` : "Записать";
  }
}

if (typeof document !== "undefined") {
  for (const form of document.querySelectorAll("form.listing")) new Rows(form);
}
