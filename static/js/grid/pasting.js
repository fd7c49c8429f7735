// A block from a spreadsheet, laid over the grid from one cell on.

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
export function layOut(block, cellAt, { isWritable, standsIn }) {
  const found = { writes: [], blanks: [], outside: 0, closed: [] };
  block.forEach((row, down) =>
    row.forEach((text, right) => {
      const td = cellAt(down, right);
      if (!td) found.outside += text !== "";
      else if (text === "" && (standsIn(td) === "" || !isWritable(td))) return;
      else if (text === "") found.blanks.push(td);
      else if (!isWritable(td)) found.closed.push(td);
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
