// Moving: which cell is active, and to which one a key leads.
//
// The functions count rows and columns from 0, those of lessons alone; `size` is {rows, columns}.

import { dayOf, FIRST } from "./places.js";

// [rows down, columns to the right] of a key.
export const MOVES = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  Home: [0, -Infinity],
  End: [0, Infinity],
  PageUp: [-10, 0],
  PageDown: [10, 0],
};

// While one types, the arrows along the row belong to the text, unless it was begun by typing over.
export function moveWhileTyping(key, typedOver) {
  const isMove = ["ArrowUp", "ArrowDown"].includes(key);
  const isAlong = typedOver && ["ArrowLeft", "ArrowRight"].includes(key);
  return isMove || isAlong ? MOVES[key] : null;
}

// Some rows and columns away, kept inside the table.
export function neighbour({ row, column }, [down, right], size) {
  const inside = (value, count) => Math.max(0, Math.min(value, count - 1));
  return { row: inside(row + down, size.rows), column: inside(column + right, size.columns) };
}

// Enter goes down (`step` 1) or up (-1); on a paper past the last pupil to the first one's next lesson.
export function nextDown({ row, column }, step, size, isPaper) {
  const isPast = row + step < 0 || row + step >= size.rows;
  const isThere = column + step >= 0 && column + step < size.columns;
  if (!(isPaper && isPast && isThere)) return neighbour({ row, column }, [step, 0], size);
  return { row: step > 0 ? 0 : size.rows - 1, column: column + step };
}

// Tab runs along the row and on into the next, from one cell that can be written to another; null
// past the last of them.
export function following({ row, column }, isBack, size, isWritable) {
  const step = isBack ? -1 : 1;
  const cells = size.rows * size.columns;
  for (let place = row * size.columns + column + step; place >= 0 && place < cells; place += step) {
    const at = { row: Math.floor(place / size.columns), column: place % size.columns };
    if (isWritable(at)) return at;
  }
  return null;
}

// Which column a page begins in: of the lesson asked for, else of the day asked for, else the last one
// that was held. `columns` are [{lesson, date, isFuture}], `asked` {hash, lesson, date}: what the
// address says of it.
export function beginning(columns, asked, isPaper) {
  const held = columns.filter((one) => !one.isFuture);
  return columns.indexOf(
    columns.find((one) => one.lesson === asked.hash) ??
      columns.find((one) => one.lesson === asked.lesson) ??
      columns.find((one) => one.date === asked.date) ??
      (isPaper ? columns[0] : null) ??
      held[held.length - 1] ??
      columns[0],
  );
}

// «#homework-17», «#cell-17-4»: what is to be written, of which lesson, of which pupil.
export function parseHash(hash) {
  const [, duty, lesson, student] = /^#([a-z]+)-(\d+)(?:-(\d+))?$/.exec(hash) ?? [];
  return { duty, lesson, student };
}

export class Moving {
  constructor(grid) {
    this.grid = grid;
    this.active = null; // the active <td>
  }

  activate(td, { focus = true } = {}) {
    const { bar, places, popover } = this.grid;
    if (!td || td.cellIndex < FIRST) return;
    this.active?.removeAttribute("tabindex");
    this.active?.removeAttribute("aria-describedby");
    this.active = td;
    td.tabIndex = 0;
    if (focus) td.focus({ preventScroll: true });
    td.scrollIntoView({ block: "nearest", inline: "nearest" });
    const head = places.headOf(td);
    const { textContent, dataset } = head.querySelector(".works");
    const works = [textContent, dataset.about].filter(Boolean).join(": ");
    const where = `${places.pupilOf(td)} · ${dayOf(head)}`;
    bar.part("place").textContent = `${where}${works && ` · ${works}`}`;
    places.page.querySelector("tr.here")?.classList.remove("here");
    places.lineOf(head.dataset.lesson)?.classList.add("here");
    if (td.problem) popover.open(td);
    else popover.close();
  }

  // The cell of a lesson in the row one is in; null where the sheet has no such lesson.
  cellOf(lesson) {
    const { places } = this.grid;
    const column = places.columnOf(lesson);
    return column < 0 ? null : (this.active?.parentElement ?? places.rows[0]).cells[column];
  }

  neighbour(td, move) {
    const { places } = this.grid;
    return places.cellAt(neighbour(places.at(td), move, places.size));
  }

  nextDown(td, step) {
    const { places } = this.grid;
    return places.cellAt(nextDown(places.at(td), step, places.size, places.isPaper));
  }

  following(td, isBack) {
    const { places } = this.grid;
    const isWritable = (at) => places.isWritable(places.cellAt(at));
    const at = following(places.at(td), isBack, places.size, isWritable);
    return at && places.cellAt(at);
  }

  // To a target, whichever it is; false where the sheet has none.
  go(target) {
    const { places } = this.grid;
    const element = places.elementOf(target);
    if (!element) return false;
    if (places.isCell(element)) this.activate(element);
    else if (!element.matches("td")) element.focus();
    else {
      const line = places.lineOf(target.split(":")[1]);
      (element.querySelector("button") ?? line.querySelector("a")).focus();
    }
    return true;
  }
}
