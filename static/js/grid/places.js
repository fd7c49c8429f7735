// Where things are on the sheet: cells, the heads of their lessons, the lines of the right-hand page.
// A target names one of them to the server: «cell:lesson:student», «field:lesson:name».

export const FIRST = 2; // columns before the lessons': pupil and average

export class Places {
  constructor(root) {
    this.table = root.querySelector("table.grid");
    this.page = root.querySelector("table.page");
    this.rows = [...this.table.tBodies[0].rows];
    this.isPaper = this.table.classList.contains("paper"); // typed column by column, as it was written
  }

  get heads() {
    return this.table.tHead.rows[0].cells;
  }

  headOf(td) {
    return this.heads[td.cellIndex];
  }

  columnOf(lesson) {
    return [...this.heads].findIndex((th) => th.dataset.lesson === lesson);
  }

  lessonOf(td) {
    return this.headOf(td).dataset.lesson;
  }

  studentOf(td) {
    return td.parentElement.dataset.student;
  }

  pupilOf(td) {
    const [name] = td.parentElement.cells;
    return name.textContent.replace(/^\d+\s*/, "").trim();
  }

  labelOf(td) {
    return `${this.pupilOf(td)}, ${dayOf(this.headOf(td))}`;
  }

  lineOf(lesson) {
    return this.page.querySelector(`tr[data-lesson="${lesson}"]`);
  }

  // {rows, columns} of the cells that take marks; where one of them is, counted from 0.
  get size() {
    return { rows: this.rows.length, columns: this.heads.length - FIRST };
  }

  at(td) {
    return { row: this.rows.indexOf(td.parentElement), column: td.cellIndex - FIRST };
  }

  cellAt({ row, column }) {
    return this.rows[row]?.cells[column + FIRST];
  }

  isCell(element) {
    return element.cellIndex >= FIRST && this.table.contains(element);
  }

  isWritable(td) {
    return !td.classList.contains("r");
  }

  targetOf(element) {
    if (this.isCell(element)) return `cell:${this.lessonOf(element)}:${this.studentOf(element)}`;
    return `field:${element.closest("tr").dataset.lesson}:${element.dataset.field}`;
  }

  // Null or undefined where the sheet has no such place.
  elementOf(target) {
    const [kind, lesson, rest] = target.split(":");
    if (kind === "field") return this.lineOf(lesson)?.querySelector(`[data-field="${rest}"]`);
    const row = this.rows.find((tr) => tr.dataset.student === rest);
    const column = this.columnOf(lesson);
    return column < 0 ? null : row?.cells[column];
  }
}

// «23.11.2026», and which lesson where the journal has two on that day.
export function dayOf(head) {
  const { date, number } = head.dataset;
  const [year, month, day] = date.split("-");
  return `${day}.${month}.${year}${head.classList.contains("twice") ? `, ${number}-й урок` : ""}`;
}
