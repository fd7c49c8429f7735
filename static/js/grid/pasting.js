// Pasting: a block from a spreadsheet, laid over the grid from one cell on.

import { button } from "../dom.js";
import { standsIn } from "./texts.js";

// [[text of a cell, …], …], as rows.
export function parseBlock(text) {
  const rows = text.replace(/\r?\n$/, "").split(/\r?\n/);
  return rows.map((row) =>
    row.split("\t").map((cell) => cell.replace(/[\u00a0\u200b\u2060\ufeff]/g, " ").trim()),
  );
}

export const isBlock = (text) => /[\t\n]/.test(text.trim());

// What becomes of each text: {writes: [{td, text}], blanks: [td], outside, closed: [td]}. Blanks
// erase nothing by themselves; what already stands there counts as written.
export function layOut(block, cellAt, isWritable) {
  const found = { writes: [], blanks: [], outside: 0, closed: [] };
  block.forEach((row, down) =>
    row.forEach((text, right) => {
      const td = cellAt(down, right);
      if (!td) found.outside += text !== "";
      else if (text === "") {
        if (standsIn(td) !== "" && isWritable(td)) found.blanks.push(td);
      } else if (!isWritable(td)) found.closed.push(td);
      else found.writes.push({ td, text });
    }),
  );
  return found;
}

// «Вставлено 22, не вошло 3, не понято 1: …»; `results` are what became of the writes, in order.
export function summary({ writes, blanks, outside, closed }, results, nameOf) {
  const of = (...states) => writes.filter((_, place) => states.includes(results[place]));
  const waiting = of("failed").length;
  const wrong = of("error");
  const contested = of("conflict").length;
  const left = outside + closed.length;
  const parts = [`Вставлено: ${of("saved").length}`];
  if (waiting) parts.push(`ждёт отправки: ${waiting}`);
  if (left) {
    const why = [
      outside && `за краем таблицы ${outside}`,
      closed.length && `закрыто для записи ${closed.length}`,
    ];
    parts.push(`не вошло: ${left} (${why.filter(Boolean).join(", ")})`);
  }
  if (contested) parts.push(`изменено другим: ${contested}`);
  if (wrong.length) {
    const shown = wrong.slice(0, 3).map(({ td, text }) => `«${text}» (${nameOf(td)})`);
    parts.push(
      `не понято: ${wrong.length}: ${shown.join(", ")}${wrong.length > 3 ? " и другие" : ""}`,
    );
  }
  if (blanks.length) parts.push(`пустых: ${blanks.length}, ими ничего не стёрто`);
  return `${parts.join("; ")}.`;
}

// Whether all of it went in as typing would have gone: there is nothing to tell.
export function isPlain({ writes, blanks, outside, closed }, results) {
  const isSaved = results.every((one) => one === "saved");
  return writes.length <= 1 && isSaved && !blanks.length && !outside && !closed.length;
}

export class Pasting {
  constructor(grid) {
    this.grid = grid;
    const { editing, moving, places } = grid;
    places.table.addEventListener("copy", (event) => {
      if (editing.editor || !moving.active) return;
      event.clipboardData.setData("text/plain", moving.active.textContent);
      event.preventDefault();
    });
    places.table.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text/plain");
      if (!moving.active || (editing.editor && !isBlock(text))) return;
      event.preventDefault();
      if (editing.editor) this.closeEditor();
      this.paste(text);
    });
  }

  // Several cells pasted into an open one are meant for the grid: an input would run them together.
  closeEditor() {
    const { editing, moving } = this.grid;
    const { td } = editing.editor;
    editing.finish(false);
    moving.activate(td);
  }

  async paste(text) {
    const { bar, editing, moving, places } = this.grid;
    const first = places.at(moving.active);
    const cellAt = (down, right) =>
      places.cellAt({ row: first.row + down, column: first.column + right });
    const laid = layOut(parseBlock(text), cellAt, (td) => places.isWritable(td));
    bar.say("вставляется…");
    const results = await editing.write(laid.writes);
    if (isPlain(laid, results)) return;
    const told = summary(laid, results, (td) => places.labelOf(td));
    const erase = button(`Стереть и их: ${laid.blanks.length}`, () => {
      editing.write(laid.blanks.map((td) => ({ td, text: "" })));
      bar.notify("");
    });
    bar.notify(told, ...(laid.blanks.length ? [erase] : []));
  }
}
