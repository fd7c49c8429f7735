// The grid: a spreadsheet over the table that the server drew. One cell is active, one input moves
// over it; the right-hand page below has a field for each lesson's topic and homework.

import { Saves } from "./saves.js";

const root = document.getElementById("register");
if (root) start();

function start() {
  const { user, journal, cellsUrl, fieldsUrl, historyUrl, worksUrl, loginUrl } = root.dataset;
  const table = root.querySelector("table.grid");
  const scroll = root.querySelector(".scroll");
  const page = root.querySelector("table.page");
  const bar = (name) => root.querySelector(`.bar .${name}`);
  const rows = [...table.tBodies[0].rows];
  const heads = () => table.tHead.rows[0].cells; // two more than lessons: pupil and average
  const FIRST = 2;
  const isPaper = table.classList.contains("paper"); // typed column by column, as it was written
  const popover = makePopover();
  let active = null; // the active <td>
  let editor = null; // {input, td, typed}: what is being typed

  const saves = new Saves({ user, journal, cellsUrl, fieldsUrl, show, tell });

  // --- where things are ---

  const lessonOf = (td) => heads()[td.cellIndex].dataset.lesson;
  const studentOf = (td) => td.parentElement.dataset.student;
  const targetOf = (td) => `cell:${lessonOf(td)}:${studentOf(td)}`;
  const columnOf = (lesson) => [...heads()].findIndex((th) => th.dataset.lesson === lesson);
  const isWritable = (td) => !td.classList.contains("r");
  const pageRow = (lesson) => page.querySelector(`tr[data-lesson="${lesson}"]`);

  function elementOf(target) {
    const [kind, lesson, rest] = target.split(":");
    if (kind === "field") return pageRow(lesson)?.querySelector(`[data-field="${rest}"]`);
    const row = rows.find((tr) => tr.dataset.student === rest);
    return columnOf(lesson) < 0 ? null : row?.cells[columnOf(lesson)];
  }

  // --- what a save looks like ---

  function show(target, status, detail) {
    const element = elementOf(target);
    if (status === "error" || status === "conflict") say(detail.message ?? "Не записано.");
    if (!element) return;
    const isCell = target.startsWith("cell:");
    element.classList.remove("saving", "saved", "failed", "error", "conflict");
    element.problem = null;
    if (status === "saved") {
      saved(element, isCell, detail);
    } else {
      // What the server last told stays known until it tells something else.
      element.dataset.was ??= textOf(element);
      if (detail.text !== undefined && status !== "conflict") setText(element, detail.text);
      if (status === "conflict") setText(element, detail.mine);
    }
    element.classList.add(status);
    if (status === "error" || status === "conflict") {
      element.problem = { target, status, ...detail };
      element.setAttribute("aria-invalid", "true");
      if (!editor) openPopover(element);
    } else {
      element.removeAttribute("aria-invalid");
      if (popover.element === element) closePopover();
    }
    if (status === "saving") say("сохраняется…");
    if (status === "failed") say("не сохранено, будет отправлено снова");
  }

  function saved(element, isCell, answer) {
    if (isCell) {
      const drawn = parse(`<table><tr>${answer.html}</tr></table>`, "td");
      element.className = drawn.className;
      if (editor?.td !== element) element.textContent = drawn.textContent;
      element.parentElement.cells[1].textContent = answer.average;
    } else {
      setText(element, answer.text);
    }
    element.dataset.was = answer.text;
    say(`сохранено в ${answer.saved_at}`);
    setTimeout(() => element.classList.remove("saved"), 2_000);
    redrawHead(parse(`<table><tr>${answer.head}</tr></table>`, "th"));
  }

  function redrawHead(head) {
    const lesson = head.dataset.lesson;
    heads()[columnOf(lesson)].replaceWith(head);
    const row = pageRow(lesson);
    const works = row?.querySelector('[data-field="works"]');
    const names = head.querySelector(".works").textContent;
    if (works && !works.classList.contains("failed")) works.textContent = names || "выбрать";
    const attendance = row?.querySelector('[data-field="attendance"]');
    if (attendance && head.classList.contains("taken")) attendance.replaceWith("отмечено");
  }

  function tell(count, seconds, loggedOut) {
    const line = bar("unsaved");
    line.hidden = !count;
    if (!count) return;
    if (!line.firstChild) {
      line.append(make("span"), button("Повторить сейчас", () => saves.retry()));
      const link = make("a", "Войти в новой вкладке");
      Object.assign(link, { href: loginUrl, target: "_blank", rel: "noopener" });
      line.append(link);
    }
    const [text, , link] = line.children;
    const again = seconds > 0 ? ` Повторим через ${seconds} с.` : " Отправляем…";
    const message = `Не сохранено: ${count}.`;
    const ended = " Сеанс окончен: войдите снова, набранное не пропадёт.";
    const wanted = message + (loggedOut ? ended : again);
    if (text.textContent !== wanted) text.textContent = wanted;
    link.hidden = !loggedOut;
  }

  const say = (text) => (bar("state").textContent = text);

  // --- moving ---

  function activate(td, { focus = true } = {}) {
    if (!td || td.cellIndex < FIRST) return;
    active?.removeAttribute("tabindex");
    active?.removeAttribute("aria-describedby");
    active = td;
    td.tabIndex = 0;
    if (focus) td.focus({ preventScroll: true });
    td.scrollIntoView({ block: "nearest", inline: "nearest" });
    const head = heads()[td.cellIndex];
    const name = td.parentElement.cells[0].textContent.replace(/^\d+\s*/, "");
    const [year, month, day] = head.dataset.date.split("-");
    const works = head.querySelector(".works").textContent;
    bar("place").textContent = `${name} · ${day}.${month}.${year}${works && ` · ${works}`}`;
    page.querySelector("tr.here")?.classList.remove("here");
    pageRow(head.dataset.lesson)?.classList.add("here");
    if (td.problem) openPopover(td);
    else closePopover();
  }

  // The cell some rows and columns away, kept inside the table.
  function neighbour(td, down, right) {
    const row = rows.indexOf(td.parentElement) + down;
    const column = td.cellIndex + right;
    const inside = (value, last) => Math.max(0, Math.min(value, last));
    const place = inside(column - FIRST, heads().length - 1 - FIRST) + FIRST;
    return rows[inside(row, rows.length - 1)].cells[place];
  }

  // Enter goes down; on a paper past the last pupil to the first one's next lesson.
  function nextDown(td, step) {
    const isLast = step > 0 && td.parentElement === rows.at(-1);
    const isFirst = step < 0 && td.parentElement === rows[0];
    const column = td.cellIndex + step;
    const isThere = column >= FIRST && column < heads().length;
    if (!(isPaper && isThere && (isLast || isFirst))) return neighbour(td, step, 0);
    return (isLast ? rows[0] : rows.at(-1)).cells[column];
  }

  // As in a spreadsheet, Tab runs along the row and on into the next; null past the last cell.
  function following(td, back) {
    const step = back ? -1 : 1;
    const column = td.cellIndex + step;
    if (column >= FIRST && column < heads().length) return td.parentElement.cells[column];
    const row = rows[rows.indexOf(td.parentElement) + step];
    return row ? row.cells[back ? heads().length - 1 : FIRST] : null;
  }

  // --- typing ---

  function edit(td, text, typed) {
    if (!isWritable(td)) {
      say(whyClosed(td));
      return;
    }
    closePopover();
    const input = make("input");
    Object.assign(input, { className: "editor", value: text, maxLength: 20, autocomplete: "off" });
    input.setAttribute("aria-label", bar("place").textContent);
    editor = { input, td, typed, before: td.textContent };
    td.classList.add("editing");
    td.replaceChildren(input);
    input.focus();
    input.setSelectionRange(text.length, text.length);
  }

  function whyClosed(td) {
    if (root.dataset.closed) return root.dataset.closed;
    const head = heads()[td.cellIndex];
    if (head.classList.contains("cancelled")) return "Урок отменён: писать в него нельзя.";
    if (head.classList.contains("future")) return "Урок ещё не прошёл: писать в него рано.";
    return "Эту клетку вы можете только смотреть.";
  }

  function finish(keep) {
    if (!editor) return;
    const { input, td, before } = editor;
    editor = null;
    const text = keep ? input.value.trim() : before;
    td.classList.remove("editing");
    td.textContent = before;
    if (keep) write(td, text);
  }

  function write(td, text) {
    if (!isWritable(td)) {
      say(whyClosed(td));
      return;
    }
    const unsettled = td.classList.contains("saving") || td.classList.contains("failed");
    const was = td.dataset.was ?? td.textContent;
    if (text === was && !unsettled) {
      // Typed back to what stands there: nothing to save, a refused text is gone.
      saves.forget(targetOf(td));
      td.classList.remove("error", "conflict");
      td.problem = null;
      td.textContent = was;
      closePopover();
      return;
    }
    saves.put(targetOf(td), was, text);
  }

  function everybodyPresent(lesson) {
    const head = heads()[columnOf(lesson)];
    if (root.dataset.closed) say(root.dataset.closed);
    else if (head.classList.contains("taken")) say("Присутствие на этом уроке уже отмечено.");
    else if (head.classList.contains("ro")) say("Этот урок вы можете только смотреть.");
    else saves.put(`field:${lesson}:attendance`, "", "все");
  }

  table.addEventListener("keydown", (event) => {
    const td = event.target.closest("td");
    if (!td || td !== active) return;
    if (editor) keyInEditor(event);
    else keyOnCell(event);
  });

  function keyInEditor(event) {
    const { td, typed } = editor;
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    if (typed) Object.assign(moves, { ArrowLeft: [0, -1], ArrowRight: [0, 1] });
    if (event.key === "Escape") {
      finish(false);
      activate(td);
    } else if (event.key === "Enter") {
      finish(true);
      activate(nextDown(td, event.shiftKey ? -1 : 1));
    } else if (event.key === "Tab") {
      finish(true);
      activate(following(td, event.shiftKey) ?? td);
    } else if (moves[event.key]) {
      finish(true);
      activate(neighbour(td, ...moves[event.key]));
    } else {
      return;
    }
    event.preventDefault();
  }

  const MOVES = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    Home: [0, -Infinity],
    End: [0, Infinity],
    PageUp: [-10, 0],
    PageDown: [10, 0],
  };

  function keyOnCell(event) {
    const { key } = event;
    const td = active;
    if (key === "F6") toPage(lessonOf(td));
    else if (key === "F4") showHistory();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (MOVES[key]) activate(neighbour(td, ...MOVES[key]));
    else if (key === "Enter" && td.problem?.status === "conflict") popover.querySelector("button").focus();
    else if (key === "Enter") activate(nextDown(td, event.shiftKey ? -1 : 1));
    else if (key === "Tab") {
      const next = following(td, event.shiftKey);
      if (!next) return; // past the ends Tab leaves the grid
      activate(next);
    } else if (key === "F2") edit(td, td.textContent, false);
    else if (key === "Delete" || key === "Backspace") write(td, "");
    else if (key === "+" || key === "=") everybodyPresent(lessonOf(td));
    else if (key === "Escape") closePopover();
    else if (key.length === 1 && key !== " ") edit(td, key, true);
    else return;
    event.preventDefault();
  }

  table.addEventListener("mousedown", (event) => {
    const td = event.target.closest("tbody td");
    if (!td || editor?.td === td) return;
    finish(true);
    activate(td);
    event.preventDefault();
  });
  table.addEventListener("click", (event) => {
    // A finger has no keys to press on a cell: it needs the input for its keyboard to appear.
    const td = event.target.closest("tbody td");
    const byFinger = event.pointerType === "touch";
    if (byFinger && td && td.cellIndex >= FIRST && !editor) edit(td, td.textContent, false);
  });
  table.addEventListener("dblclick", (event) => {
    const td = event.target.closest("tbody td");
    if (td && td.cellIndex >= FIRST && !editor) edit(td, td.textContent, false);
  });
  table.addEventListener("focusin", (event) => {
    const td = event.target.closest("tbody td");
    if (td && td !== active && td.cellIndex >= FIRST) activate(td);
  });
  table.addEventListener("focusout", () => {
    if (editor && document.hasFocus()) setTimeout(() => editor && !table.contains(document.activeElement) && finish(true));
  });
  table.addEventListener("copy", (event) => {
    if (editor || !active) return;
    event.clipboardData.setData("text/plain", active.textContent);
    event.preventDefault();
  });
  table.addEventListener("paste", (event) => {
    if (editor || !active) return;
    event.preventDefault();
    const lines = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "").split(/\r?\n/);
    const first = active;
    lines.forEach((line, down) =>
      line.split("\t").forEach((text, right) => {
        const row = rows[rows.indexOf(first.parentElement) + down];
        const td = row?.cells[first.cellIndex + right];
        if (td && isWritable(td)) write(td, text.trim());
      }),
    );
  });

  // --- a refused or contested text, explained at its place ---

  function makePopover() {
    const box = make("div");
    Object.assign(box, { className: "popover", id: "popover", hidden: true });
    box.setAttribute("role", "alert");
    root.append(box);
    scroll.addEventListener("scroll", placePopover, { passive: true });
    addEventListener("scroll", placePopover, { passive: true });
    addEventListener("resize", placePopover);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const { element } = box;
      closePopover();
      element.focus();
    });
    return box;
  }

  function openPopover(element) {
    const { status, message, target, present, mine, text, by, at } = element.problem;
    popover.element = element;
    popover.replaceChildren();
    if (status === "conflict") {
      const stands = text === "" ? "пусто" : text;
      popover.append(
        make("p", `${by || "Кто-то"} успел(а) раньше${at ? `, в ${at}` : ""}: теперь здесь «${stands}». Ваше: «${mine}».`),
        make("div"),
      );
      popover.lastChild.append(
        button(`Оставить «${stands}»`, () => settle(element, target, text)),
        button(`Поставить «${mine}»`, () => {
          closePopover();
          element.focus();
          element.dataset.was = present ?? text;
          saves.insist(target);
        }),
      );
    } else {
      popover.append(make("p", message));
    }
    popover.hidden = false;
    element.setAttribute("aria-describedby", "popover");
    placePopover();
  }

  // Leave what stands there and drop the own text.
  function settle(element, target, text) {
    closePopover();
    saves.forget(target);
    element.classList.remove("conflict");
    element.removeAttribute("aria-invalid");
    element.problem = null;
    element.dataset.was = text;
    setText(element, text);
    element.focus();
  }

  function placePopover() {
    if (popover.hidden) return;
    const box = popover.element.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = popover;
    const below = box.bottom + offsetHeight + 8 < innerHeight;
    const top = below ? box.bottom + 4 : box.top - offsetHeight - 4;
    popover.style.top = `${Math.max(4, top)}px`;
    popover.style.left = `${Math.max(4, Math.min(box.left, innerWidth - offsetWidth - 4))}px`;
  }

  function closePopover() {
    popover.hidden = true;
    popover.element?.removeAttribute("aria-describedby");
    popover.element = null;
  }

  // --- the right-hand page ---

  function toPage(lesson) {
    const row = pageRow(lesson);
    (row?.querySelector("textarea") ?? row?.querySelector("a"))?.focus();
  }

  function writeField(field) {
    const target = fieldTarget(field);
    const was = field.dataset.was ?? field.defaultValue;
    const unsettled = field.classList.contains("saving") || field.classList.contains("failed");
    if (field.value.trim() === was && !unsettled) {
      if (field.problem) settle(field, target, was);
      return;
    }
    saves.put(target, was, field.value.trim());
  }

  const fieldTarget = (field) => `field:${field.closest("tr").dataset.lesson}:${field.dataset.field}`;

  page.addEventListener("change", (event) => event.target.matches("textarea") && writeField(event.target));
  page.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key === "F6") {
      const lesson = field.closest("tr")?.dataset.lesson;
      const column = columnOf(lesson);
      if (column >= 0) activate((active?.parentElement ?? rows[0]).cells[column]);
      event.preventDefault();
    }
    if (!field.matches("textarea")) return;
    if (event.key === "Enter" && field.problem?.status === "conflict" && !popover.hidden) {
      popover.querySelector("button").focus();
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey) {
      if (field.value.trim() === "" && field.dataset.plan) field.value = field.dataset.plan;
      writeField(field);
      const fields = [...page.querySelectorAll("textarea")];
      (fields[fields.indexOf(field) + 1] ?? field).focus();
      event.preventDefault();
    } else if (event.key === "Escape") {
      field.value = field.dataset.was ?? field.defaultValue;
      fit(field);
    }
  });
  page.addEventListener("input", (event) => event.target.matches("textarea") && fit(event.target));
  page.addEventListener("focusin", (event) => {
    const field = event.target;
    if (!field.matches("textarea")) return;
    if (field.problem) openPopover(field);
    else closePopover();
    offerDeeds(field);
  });
  page.addEventListener("click", (event) => {
    const { field } = event.target.dataset;
    const lesson = event.target.closest("tr")?.dataset.lesson;
    if (field === "attendance") everybodyPresent(lesson);
    if (field === "works") chooseWorks(event.target, lesson);
  });

  // For a mouse or a finger: what Enter and «-» do on a keyboard.
  function offerDeeds(field) {
    page.querySelector(".quick")?.remove();
    const deeds = make("div");
    deeds.className = "quick";
    const offer = (title, text) => {
      const deed = button(title, () => {
        field.value = text;
        fit(field);
        writeField(field);
      });
      deed.className = "plain";
      deed.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps focus
      deed.tabIndex = -1;
      deeds.append(deed);
    };
    if (field.dataset.plan && field.value !== field.dataset.plan) offer("Из плана", field.dataset.plan);
    if (field.dataset.field === "homework" && !field.value) offer("Не задано", "не задано");
    if (deeds.firstChild) field.after(deeds);
  }

  function fit(field) {
    if (CSS.supports("field-sizing", "content")) return;
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
  }

  // --- works of a lesson (2.7) ---

  let workTypes = null;

  async function chooseWorks(opener, lesson) {
    try {
      workTypes ??= (await (await fetch(worksUrl)).json()).work_types;
    } catch {
      say("Виды работ сейчас не загрузить: нет связи.");
      return;
    }
    const dialog = document.getElementById("works");
    const chosen = opener.dataset.was.split(" ").filter(Boolean);
    const places = ["Первая отметка в клетке", "Вторая", "Третья"];
    const choices = places.map((place, index) => {
      const select = make("select");
      select.setAttribute("aria-label", place);
      select.append(new Option("—", ""));
      for (const { pk, name } of workTypes) {
        select.append(new Option(name, pk, false, String(pk) === chosen[index]));
      }
      return select;
    });
    dialog.replaceChildren(make("h2", "Виды работ на уроке"));
    choices.forEach((select, index) => {
      const line = make("div");
      line.className = "choice";
      line.append(make("b", String(index + 1)), select);
      dialog.append(line);
    });
    const deeds = make("div");
    deeds.className = "todo-list";
    const save = button("Сохранить", () => {
      dialog.close();
      const text = choices.map((select) => select.value).filter(Boolean).join(" ");
      saves.put(`field:${lesson}:works`, opener.dataset.was, text);
    });
    save.className = "main";
    deeds.append(save, button("Отмена", () => dialog.close()));
    dialog.append(deeds);
    dialog.showModal();
    choices[0].focus();
  }

  // --- history of a cell ---

  async function showHistory() {
    if (!active) return;
    const cell = active;
    const asked = new URLSearchParams({ lesson: lessonOf(cell), student: studentOf(cell) });
    try {
      const response = await fetch(`${historyUrl}?${asked}`);
      if (!response.ok) throw new Error(response.status);
      const dialog = document.getElementById("history");
      dialog.innerHTML = await response.text(); // our own fragment, escaped by its template
      dialog.addEventListener("close", () => activate(cell), { once: true });
      dialog.showModal();
    } catch {
      say("Историю сейчас не открыть: нет связи.");
    }
  }

  // Going back in the browser takes the page away before a field is left: what is in it is kept.
  addEventListener("pagehide", () => {
    if (editor) finish(true);
    const field = document.activeElement;
    if (field?.matches("textarea") && page.contains(field)) writeField(field);
  });

  bar("history").addEventListener("click", showHistory);
  bar("present")?.addEventListener("click", () => active && everybodyPresent(lessonOf(active)));

  // --- the beginning: today's lesson, or the last one before ---

  page.querySelectorAll("textarea").forEach(fit);
  const asked = new URLSearchParams(location.search).get("date");
  const columns = [...heads()].slice(FIRST);
  const begin =
    columns.find((th) => th.dataset.date === asked) ??
    (isPaper ? columns[0] : null) ??
    columns.findLast((th) => !th.classList.contains("future")) ??
    columns[0];
  // «#homework-17» and the like name what is to be written, and where.
  const [, duty, lesson] = /^#([a-z]+)-(\d+)$/.exec(location.hash) ?? [];
  const head = columns.find((th) => th.dataset.lesson === lesson) ?? begin;
  activate(rows[0].cells[head.cellIndex]);
  head.scrollIntoView({ block: "nearest", inline: "center" });
  const line = lesson && pageRow(lesson);
  const field = line?.querySelector(`textarea[data-field="${duty}"]`);
  field?.focus();
  if (duty === "topic" || duty === "homework") (field ?? line)?.scrollIntoView({ block: "center" });
  saves.restore();
}

// --- small tools ---

function make(name, text = "") {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

function button(title, deed) {
  const element = make("button", title);
  element.type = "button";
  element.addEventListener("click", deed);
  return element;
}

function parse(html, selector) {
  return new DOMParser().parseFromString(html, "text/html").querySelector(selector);
}

// A cell shows its text, a field holds it as its value, the works' button as the chosen ids.
function textOf(element) {
  return element.matches("textarea") ? element.defaultValue : element.textContent;
}

function setText(element, text) {
  if (element.matches("textarea")) element.value = text;
  else if (element.matches("td")) element.textContent = text;
}
