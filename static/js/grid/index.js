// The grid: a spreadsheet over the table that the server drew. One cell is active, one input moves
// over it; the right-hand page below has a field for each lesson's topic and homework (page.js).

import { ask } from "../ask.js";
import { button, link, make, openDialog, parse } from "../dom.js";
import { saves } from "../keep.js";
import { isOnItsWay, Lines } from "./page.js";
import { isBlock, layOut, parseBlock, summary } from "./pasting.js";
import { Popover } from "./popover.js";
import { Undo } from "./undo.js";

const root = document.getElementById("register");
if (root) start();

function start() {
  const { place, title, cellsUrl, fieldsUrl, historyUrl } = root.dataset;
  const table = root.querySelector("table.grid");
  const page = root.querySelector("table.page");
  const bar = (name) => root.querySelector(`.bar .${name}`);
  const rows = [...table.tBodies[0].rows];
  const heads = () => table.tHead.rows[0].cells; // two more than lessons: pupil and average
  const FIRST = 2;
  const LOW = 600; // px
  const isPaper = table.classList.contains("paper"); // typed column by column, as it was written
  const popover = new Popover(root, root.querySelector(".scroll"), { keep: settle, insist });
  const undo = new Undo((target, was, text) => {
    const { problem } = elementOf(target) ?? {};
    // What was never written is taken back by leaving what stands there.
    return problem?.status === "conflict"
      ? settle(elementOf(target), problem.text)
      : put(target, was, text);
  });
  let active = null; // the active <td>
  let editor = null; // {input, td, typed, before}: what is being typed
  let fingers = false; // the last touch of the page was by a finger or a pen

  // --- where things are ---

  const lessonOf = (td) => heads()[td.cellIndex].dataset.lesson;
  const studentOf = (td) => td.parentElement.dataset.student;
  const targetOf = (td) => `cell:${lessonOf(td)}:${studentOf(td)}`;
  const columnOf = (lesson) => [...heads()].findIndex((th) => th.dataset.lesson === lesson);
  const isWritable = (td) => !td.classList.contains("r");
  const pageRow = (lesson) => page.querySelector(`tr[data-lesson="${lesson}"]`);
  const pupilOf = (td) => td.parentElement.cells[0].textContent.replace(/^\d+\s*/, "").trim();
  const labelOf = (td) => `${pupilOf(td)}, ${dayOf(heads()[td.cellIndex])}`;

  function elementOf(target) {
    const [kind, lesson, rest] = target.split(":");
    if (kind === "field") return pageRow(lesson)?.querySelector(`[data-field="${rest}"]`);
    const row = rows.find((tr) => tr.dataset.student === rest);
    return columnOf(lesson) < 0 ? null : row?.cells[columnOf(lesson)];
  }

  // «23.11.2026», and which lesson where the journal has two on that day.
  function dayOf(head) {
    const { date, number } = head.dataset;
    const [year, month, day] = date.split("-");
    return `${day}.${month}.${year}${head.classList.contains("twice") ? `, ${number}-й урок` : ""}`;
  }

  // --- saving ---

  const FIELDS = {
    topic: "тема",
    homework: "задание",
    works: "виды работ",
    attendance: "присутствие",
  };

  // What is sent where, and how it is told on other pages.
  function detailOf(target) {
    const [kind, lesson, rest] = target.split(":");
    const element = elementOf(target);
    const head = heads()[columnOf(lesson)];
    const path = location.pathname;
    if (kind === "cell") {
      const url = `${path}?lesson=${lesson}#cell-${lesson}-${rest}`;
      return { post: cellsUrl, fields: { lesson, student: rest }, label: labelOf(element), url };
    }
    const label = `${head ? dayOf(head) : ""}, ${FIELDS[rest]}`;
    const url = `${path}?lesson=${lesson}#${rest}-${lesson}`;
    return { post: fieldsUrl, fields: { lesson, field: rest }, label, url };
  }

  function put(target, was, text) {
    return putOver(target, () => was, text);
  }

  function putOver(target, standing, text) {
    return saves.put(place, target, standing, text, {
      ...detailOf(target),
      shown: lines.shownText(target, text),
    });
  }

  function draft(target, was, text) {
    saves.draft(place, target, was, text, { ...detailOf(target), isBrief: true });
  }

  // What the server last told of an element.
  const standsIn = (element) => element.dataset.was ?? lines.textOf(element);

  // --- what a save looks like ---

  function show(target, status, detail) {
    const element = elementOf(target);
    if (status === "error" || status === "conflict") say(detail.message ?? "Не записано.");
    if (!element) return;
    element.classList.remove("saving", "saved", "failed", "error", "conflict", "draft");
    element.problem = null;
    element.dataset.was = standsIn(element); // what the server last told, until it tells something else
    if (status === "saved") {
      saved(target, element, detail);
    } else if (status === "gone") {
      lines.setText(element, element.dataset.was);
    } else if (status === "elsewhere") {
      element.dataset.was = element.typed ?? element.dataset.was;
      say("сохранено из другого окна");
    } else {
      const text = status === "conflict" || status === "error" ? detail.mine : detail.text;
      if (editor?.td !== element && !saves.isTyping(place, target) && text !== undefined) {
        lines.setText(element, text);
      }
      element.typed = text;
    }
    if (status !== "gone" && status !== "elsewhere") element.classList.add(status);
    if (status === "error" || status === "conflict") {
      element.problem = { target, status, ...detail, say: (said) => lines.shownText(target, said) };
      element.setAttribute("aria-invalid", "true");
      if (!editor) popover.open(element);
    } else {
      element.removeAttribute("aria-invalid");
      if (popover.element === element) popover.close();
    }
    if (status === "saving") say("сохраняется…");
    if (status === "failed") say("не сохранено, будет отправлено снова");
  }

  function saved(target, element, answer) {
    undo.wrote(target, element.typed, answer.text);
    if (target.startsWith("cell:")) {
      const drawn = parse(`<table><tr>${answer.html}</tr></table>`, "td");
      const isOpen = editor?.td === element;
      element.className = isOpen ? `${drawn.className} editing` : drawn.className;
      if (!isOpen) element.textContent = drawn.textContent;
      else editor.before = drawn.textContent;
      element.parentElement.cells[1].textContent = answer.average;
      if (element === active) element.tabIndex = 0;
    } else if (!saves.isTyping(place, target)) {
      lines.setText(element, answer.text);
    }
    element.dataset.was = answer.text;
    if (element.cellIndex >= FIRST && table.contains(element)) followDebts(element, answer.text);
    say(`сохранено в ${answer.saved_at}`);
    setTimeout(() => element.classList.remove("saved"), 2_000);
    redrawHead(target, parse(`<table><tr>${answer.head}</tr></table>`, "th"));
  }

  function redrawHead(target, head) {
    const { lesson } = head.dataset;
    const old = heads()[columnOf(lesson)];
    if (old) {
      const tookAttendance = head.classList.contains("taken") && !old.classList.contains("taken");
      if (tookAttendance && target.startsWith("cell:")) {
        undo.also(target, `field:${lesson}:attendance`, "", "все");
      }
      old.replaceWith(head);
    }
    lines.follow(lesson, head);
  }

  // The list of who owes what, below: a «точка» puts a cell there, a mark takes it out.
  function followDebts(td, text) {
    const debts = root.querySelector("details.debts");
    const hash = `#cell-${lessonOf(td)}-${studentOf(td)}`;
    const listed = [...(debts?.querySelectorAll("a") ?? [])].filter((one) => one.hash === hash);
    const count = text.split("/").filter((part) => part === ".").length;
    if (!debts || listed.length === count) return;
    listed.forEach((one) => one.parentElement.remove());
    for (let place = 0; place < count; place += 1) {
      const item = make("li");
      item.append(link(labelOf(td), `${location.pathname}?lesson=${lessonOf(td)}${hash}`));
      debts.querySelector("ul").append(item);
    }
    const all = debts.querySelectorAll("li").length;
    debts.querySelector("b").textContent = all;
    debts.hidden = !all;
  }

  const say = (text) => (bar("state").textContent = text);

  // Something to be read at leisure, with something to be done about it.
  function notify(text, ...deeds) {
    const notice = bar("notice");
    notice.hidden = !text;
    notice.replaceChildren(make("span", text), ...deeds);
    if (text) notice.append(button("Понятно", () => notify("")));
  }

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
    const works = head.querySelector(".works").textContent;
    bar("place").textContent = `${pupilOf(td)} · ${dayOf(head)}${works && ` · ${works}`}`;
    page.querySelector("tr.here")?.classList.remove("here");
    pageRow(head.dataset.lesson)?.classList.add("here");
    if (td.problem) popover.open(td);
    else popover.close();
  }

  // The cell of a lesson in the row one is in; null where the page has no such lesson.
  function cellOf(lesson) {
    const column = columnOf(lesson);
    return column < 0 ? null : (active?.parentElement ?? rows[0]).cells[column];
  }

  function go(target) {
    const element = elementOf(target);
    if (!element) return false;
    if (element.cellIndex >= FIRST && table.contains(element)) activate(element);
    else {
      (element.matches("td")
        ? (element.querySelector("button") ?? pageRow(target.split(":")[1]).querySelector("a"))
        : element
      ).focus();
    }
    return true;
  }

  // The cell some rows and columns away, kept inside the table.
  function neighbour(td, down, right) {
    const row = rows.indexOf(td.parentElement) + down;
    const column = td.cellIndex + right;
    const inside = (value, last) => Math.max(0, Math.min(value, last));
    const to = inside(column - FIRST, heads().length - 1 - FIRST) + FIRST;
    return rows[inside(row, rows.length - 1)].cells[to];
  }

  // Enter goes down; on a paper past the last pupil to the first one's next lesson.
  function nextDown(td, step) {
    const last = rows[rows.length - 1];
    const isLast = step > 0 && td.parentElement === last;
    const isFirst = step < 0 && td.parentElement === rows[0];
    const column = td.cellIndex + step;
    const isThere = column >= FIRST && column < heads().length;
    if (!(isPaper && isThere && (isLast || isFirst))) return neighbour(td, step, 0);
    return (isLast ? rows[0] : last).cells[column];
  }

  // Tab runs along the row and on into the next, from one cell that can be written to another; null
  // past the last of them.
  function following(td, back) {
    const writable = rows.flatMap((tr) =>
      [...tr.cells].slice(FIRST).filter((one) => one === td || isWritable(one)),
    );
    return writable[writable.indexOf(td) + (back ? -1 : 1)] ?? null;
  }

  // --- typing ---

  function edit(td, text, typed) {
    if (!isWritable(td)) {
      say(whyClosed(td));
      return;
    }
    popover.close();
    const input = make("input", "", {
      className: "editor",
      value: text,
      maxLength: 20,
      autocomplete: "off",
    });
    const hints = {
      autocorrect: "off",
      autocapitalize: "none",
      spellcheck: "false",
      inputmode: "text",
      enterkeyhint: "next",
    };
    for (const [name, value] of Object.entries({
      ...hints,
      "aria-label": bar("place").textContent,
    })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => draft(targetOf(td), standsIn(td), input.value));
    input.addEventListener("paste", pasteIntoEditor);
    editor = { input, td, typed, before: td.textContent };
    td.classList.add("editing");
    td.replaceChildren(input);
    input.focus();
    if (fingers) input.select(); // what is typed takes the place of what stood there
    else input.setSelectionRange(text.length, text.length);
    if (typed) draft(targetOf(td), standsIn(td), text);
  }

  function whyClosed(td) {
    if (root.dataset.closed) return root.dataset.closed;
    const head = heads()[td.cellIndex];
    if (head.classList.contains("cancelled")) {
      return "Урок отменён: писать в него нельзя, записанное не учитывается.";
    }
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
    if (keep) write([{ td, text }]);
    else if (td.problem?.status === "draft") settle(td, td.dataset.was);
    else saves.endDraft(place, targetOf(td));
  }

  // On a phone the keyboard stays only if the next input has the focus before this one is gone.
  function finishAndGo(next) {
    const { td } = editor;
    const wasByFinger = fingers;
    if (!wasByFinger || !next || next === td || !isWritable(next)) {
      finish(true);
      activate(next ?? td);
      return;
    }
    const left = editor;
    editor = null;
    activate(next, { focus: false });
    edit(next, next.textContent, false);
    const opened = editor;
    editor = left;
    finish(true);
    editor = opened;
  }

  // Write texts into cells, one deed to be taken back as a whole. Resolves to what became of each.
  function write(cells) {
    const changes = [];
    const sent = cells.map(({ td, text }) => {
      if (!isWritable(td)) {
        say(whyClosed(td));
        return "closed";
      }
      const target = targetOf(td);
      const was = standsIn(td);
      const isUnsettled = isOnItsWay(td);
      if (isUnsettled && text === td.typed) return () => saves.outcome(place, target);
      if (text === was && !isUnsettled) {
        settle(td, was, { focus: false }); // typed back to what stands there: nothing to save
        return "saved";
      }
      changes.push({ target, before: isUnsettled ? td.typed : was, after: text });
      return () => putOver(target, () => standsIn(td), text);
    });
    recordDeed(changes);
    return Promise.all(sent.map((one) => (typeof one === "string" ? one : one())));
  }

  function recordDeed(changes) {
    undo.record(changes);
    showUndo();
  }

  function everybodyPresent(lesson) {
    const head = heads()[columnOf(lesson)];
    if (root.dataset.closed) say(root.dataset.closed);
    else if (head.classList.contains("taken")) say("Присутствие на этом уроке уже отмечено.");
    else if (head.classList.contains("ro")) say("Этот урок вы можете только смотреть.");
    else lines.write(`field:${lesson}:attendance`, "", "все");
  }

  // --- taking back ---

  async function takeBack(isRedo) {
    if (!undo[isRedo ? "undone" : "done"].length) {
      say(
        isRedo
          ? "Повторять нечего."
          : "Возвращать нечего: на этой странице вы ещё ничего не меняли.",
      );
      return;
    }
    const way = isRedo ? undo.redo() : undo.undo();
    showUndo();
    const changes = await way;
    showUndo();
    const [{ target, before, after }] = changes;
    const text = lines.shownText(target, isRedo ? after : before) || "пусто";
    const what =
      changes.length > 1 ? `записей: ${changes.length}` : `${detailOf(target).label}: «${text}»`;
    if (!elementOf(target)?.problem) say(`${isRedo ? "Сделано снова" : "Возвращено"}: ${what}`);
    if (target.startsWith("cell:")) activate(elementOf(target));
  }

  function showUndo() {
    if (bar("undo")) bar("undo").disabled = !undo.done.length;
  }

  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    // By the key's place: on a Russian layout it gives «я».
    const isUndo = event.code === "KeyZ" && !event.shiftKey;
    const isRedo = event.code === "KeyY" || (event.code === "KeyZ" && event.shiftKey);
    if (!(isUndo || isRedo) || editor || lines.isTyping(event.target)) return;
    event.preventDefault();
    takeBack(isRedo);
  });
  bar("undo")?.addEventListener("click", () => takeBack(false));

  // --- keys ---

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
      finishAndGo(nextDown(td, event.shiftKey ? -1 : 1));
    } else if (event.key === "Tab") {
      finishAndGo(following(td, event.shiftKey) ?? td);
    } else if (moves[event.key]) {
      finishAndGo(neighbour(td, ...moves[event.key]));
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
    if (key === "F6") lines.focus(lessonOf(td));
    else if (key === "F4") showHistory();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (MOVES[key]) activate(neighbour(td, ...MOVES[key]));
    else if (key === "Enter" && ["conflict", "draft"].includes(td.problem?.status)) popover.focus();
    else if (key === "Enter") activate(nextDown(td, event.shiftKey ? -1 : 1));
    else if (key === "Tab") {
      const next = following(td, event.shiftKey);
      if (!next) return; // past them Tab leaves the grid
      activate(next);
    } else if (key === "F2") edit(td, td.textContent, false);
    else if (key === "Delete" || key === "Backspace") write([{ td, text: "" }]);
    else if (key === "+" || key === "=") everybodyPresent(lessonOf(td));
    else if (key === "Escape") popover.close();
    else if (key.length === 1 && key !== " ") edit(td, key, true);
    else return;
    event.preventDefault();
  }

  // --- mouse, finger, pen ---

  table.addEventListener("mousedown", (event) => {
    const td = event.target.closest("tbody td");
    if (!td || editor?.td === td) return;
    finish(true);
    activate(td);
    event.preventDefault();
  });
  // A finger or a pen has no keys to press on a cell: it needs the input for its keyboard to appear.
  // Older iPads call a finger's click a mouse's: there the touch before it tells, or that nothing
  // can hover.
  for (const kind of ["touchstart", "pointerdown"]) {
    addEventListener(
      kind,
      (event) => (fingers = kind === "touchstart" || ["touch", "pen"].includes(event.pointerType)),
      { passive: true, capture: true },
    );
  }
  const cannotHover = matchMedia("(hover: none)");
  table.addEventListener("click", (event) => {
    const td = event.target.closest("tbody td");
    fingers ||= cannotHover.matches || ["touch", "pen"].includes(event.pointerType);
    if (fingers && td && td.cellIndex >= FIRST && !editor) edit(td, td.textContent, false);
  });
  table.addEventListener("dblclick", (event) => {
    const td = event.target.closest("tbody td");
    if (td && td.cellIndex >= FIRST && !editor) edit(td, td.textContent, false);
  });
  table.addEventListener("focusin", (event) => {
    const td = event.target.closest("tbody td");
    if (td && td !== active && td.cellIndex >= FIRST) activate(td, { focus: event.target === td });
  });
  table.addEventListener("focusout", () => {
    if (editor && document.hasFocus()) {
      setTimeout(() => editor && !table.contains(document.activeElement) && finish(true));
    }
  });

  // --- the clipboard ---

  table.addEventListener("copy", (event) => {
    if (editor || !active) return;
    event.clipboardData.setData("text/plain", active.textContent);
    event.preventDefault();
  });
  table.addEventListener("paste", (event) => {
    if (editor || !active) return;
    event.preventDefault();
    paste(event.clipboardData.getData("text/plain"));
  });

  // Several cells pasted into an open one are meant for the grid: an input would run them together.
  function pasteIntoEditor(event) {
    const text = event.clipboardData.getData("text/plain");
    if (!isBlock(text)) return;
    event.preventDefault();
    const { td } = editor;
    finish(false);
    activate(td);
    paste(text);
  }

  async function paste(text) {
    const first = active;
    const cellAt = (down, right) =>
      rows[rows.indexOf(first.parentElement) + down]?.cells[first.cellIndex + right];
    const laid = layOut(parseBlock(text), cellAt, { isWritable, standsIn });
    say("вставляется…");
    const results = await write(laid.writes);
    const told = summary(laid, results, labelOf);
    const erase = button(`Стереть и их: ${laid.blanks.length}`, () => {
      write(laid.blanks.map((td) => ({ td, text: "" })));
      notify("");
    });
    const isPlain =
      laid.writes.length <= 1 &&
      results.every((one) => one === "saved") &&
      !laid.blanks.length &&
      !laid.outside &&
      !laid.closed.length;
    if (!isPlain) notify(told, ...(laid.blanks.length ? [erase] : []));
  }

  // --- a refused, contested or left text ---

  // Leave what stands there and drop the own text.
  function settle(element, text, { focus = true } = {}) {
    const target = table.contains(element) ? targetOf(element) : lines.targetOf(element);
    saves.forget(place, target);
    saves.endDraft(place, target);
    element.classList.remove("conflict", "error", "draft", "failed");
    element.removeAttribute("aria-invalid");
    element.problem = null;
    element.dataset.was = text;
    lines.setText(element, text);
    if (popover.element === element) popover.close();
    if (focus) element.focus();
  }

  function insist(element) {
    const { target, status, text, mine, typedOver } = element.problem;
    element.focus();
    if (status === "draft") {
      recordDeed([{ target, before: typedOver, after: mine }]);
      put(target, typedOver, mine);
    } else {
      recordDeed([{ target, before: text, after: mine }]);
      element.dataset.was = text;
      saves.insist(place, target);
    }
  }

  // A text that was still being typed when the page went away.
  function restoreDraft({ target, was, text, at }) {
    const element = elementOf(target);
    if (!element || element.problem || (table.contains(element) && !isWritable(element))) return;
    const stands = standsIn(element);
    if (text.trim() === stands) {
      saves.endDraft(place, target);
      return;
    }
    element.dataset.was = stands;
    element.problem = { target, status: "draft", mine: text, was: stands, typedOver: was, at };
    element.classList.add("draft");
    lines.setText(element, text);
  }

  // --- history of a cell ---

  async function showHistory() {
    if (!active) return;
    const cell = active;
    const asked = new URLSearchParams({ lesson: lessonOf(cell), student: studentOf(cell) });
    try {
      const response = await ask(`${historyUrl}?${asked}`);
      const dialog = document.getElementById("history");
      dialog.innerHTML = await response.text(); // our own fragment, escaped by its template
      dialog.addEventListener("close", () => activate(cell), { once: true });
      openDialog(dialog);
    } catch ({ message }) {
      say(`Историю сейчас не открыть: ${message}.`);
    }
  }

  bar("history").addEventListener("click", showHistory);
  bar("present")?.addEventListener("click", () => active && everybodyPresent(lessonOf(active)));

  // --- the right-hand page ---

  const lines = new Lines({
    root,
    page,
    pageRow,
    popover,
    say,
    put: putOver,
    draft,
    settle,
    recordDeed,
    everybodyPresent,
    isPaper,
    toCell: (lesson) => activate(cellOf(lesson)),
    hasCell: (lesson) => Boolean(cellOf(lesson)),
    leave: (target, was, text) => saves.leave(place, target, was, text, detailOf(target)),
    endDraft: (target) => saves.endDraft(place, target),
  });

  // What has the focus is not to lie under the bar, which stays at the window's bottom.
  const room = () =>
    (document.documentElement.style.scrollPaddingBottom = `${bar("place").parentElement.offsetHeight + 8}px`);
  if ("ResizeObserver" in window) new ResizeObserver(room).observe(bar("place").parentElement);
  room();

  // Going back in the browser takes the page away before a cell or field is left: what is in it is
  // kept and sent.
  addEventListener("pagehide", () => {
    if (editor) {
      const { td, input } = editor;
      const text = input.value.trim();
      if (text !== standsIn(td)) {
        saves.leave(place, targetOf(td), standsIn(td), text, detailOf(targetOf(td)));
      }
    }
    lines.leaveAll();
  });

  // --- the beginning: the lesson asked for, else today's, or the last one before ---

  const asked = new URLSearchParams(location.search);
  const columns = [...heads()].slice(FIRST);
  const [, duty, ...keys] = /^#([a-z]+)-(\d+)(?:-(\d+))?$/.exec(location.hash) ?? [];
  const held = columns.filter((th) => !th.classList.contains("future"));
  const head =
    columns.find((th) => th.dataset.lesson === keys[0]) ??
    columns.find((th) => th.dataset.lesson === asked.get("lesson")) ??
    columns.find((th) => th.dataset.date === asked.get("date")) ??
    (isPaper ? columns[0] : null) ??
    held[held.length - 1] ??
    columns[0];
  const row = rows.find((tr) => duty === "cell" && tr.dataset.student === keys[1]) ?? rows[0];
  activate(row.cells[head.cellIndex]);
  head.scrollIntoView({ block: "nearest", inline: "center" });
  // A low window, or a page at 200 %: what stands above the register would leave no row in sight.
  if (innerHeight < LOW) table.parentElement.scrollIntoView({ block: "start" });
  // «#homework-17» and the like name what is to be written, and where.
  if (duty in FIELDS) lines.goTo(duty, keys[0]);
  showUndo();
  const drop = (target) =>
    elementOf(target) && settle(elementOf(target), standsIn(elementOf(target)), { focus: false });
  saves
    .open(place, { title, url: location.pathname, show, go, drop })
    .then((drafts) => drafts.forEach(restoreDraft));
}
