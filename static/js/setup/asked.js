// What the server asks about cells that it could not write: one after the other, in the bar.

export class Asked {
  constructor() {
    this.cells = new Map(); // cell: {label, text, told, instead, proposal, word, kind}
  }

  get size() {
    return this.cells.size;
  }

  get(cell) {
    return this.cells.get(cell);
  }

  // The cells of an answer that were sent are asked about anew, or not any more.
  take({ typed = {}, asked = {}, conflicts = {} }) {
    for (const cell of Object.keys(typed)) this.cells.delete(cell);
    for (const [cell, one] of Object.entries(asked)) {
      this.cells.set(cell, { kind: "asked", ...one });
    }
    for (const [cell, text] of Object.entries(conflicts)) {
      this.cells.set(cell, { kind: "conflict", text });
    }
  }

  drop(cell) {
    this.cells.delete(cell);
  }

  // The one after a cell in the order of the table (`order`: names of cells), round and round.
  after(cell, order) {
    const place = order.indexOf(cell);
    const turned = [...order.slice(place + 1), ...order.slice(0, place + 1)];
    return turned.find((one) => this.cells.has(one)) ?? null;
  }
}

// The text of a cell with a name in it put right.
export function named(text, word, name) {
  const place = text.toLowerCase().indexOf(word.toLowerCase());
  if (!word || place < 0) return text;
  return text.slice(0, place) + name + text.slice(place + word.length);
}

// «Вставлено: 34 · 2 ошибки», as the bar says it.
export function summary({ saved, told, outside = 0, unknown = [], turned = false, at }) {
  const parts = [told];
  if (outside) parts.push(`За краем таблицы: ${outside}.`);
  if (unknown.length) parts.push(`Не узнали: ${unknown.slice(0, 5).join(", ")}.`);
  if (turned) parts.push("Таблица учителей записана в те же клетки.");
  if (saved) parts.push(`Сохранено в ${at}.`);
  return parts.join(" ");
}
