// The plan of a journal: lines are moved by Alt and arrows or by their grip, Insert begins a new one,
// Ctrl+V brings what was copied to the preview.

import { post } from "./post.js";

class Plan {
  constructor(table) {
    this.table = table;
    this.body = table.tBodies[0];
    this.state = document.querySelector(".deed-bar .state");
    this.saving = Promise.resolve();
    for (const grip of table.querySelectorAll(".grip button")) grip.hidden = false;
    const keys = document.querySelector("[data-keys]");
    if (keys) keys.hidden = false;
    table.addEventListener("keydown", (event) => this.key(event));
    table.addEventListener("pointerdown", (event) => this.take(event));
    document.addEventListener("keydown", (event) => this.pageKey(event));
    document.addEventListener("paste", (event) => this.paste(event));
  }

  // The lines that may be moved, in their order.
  lines() {
    return [...this.body.querySelectorAll("tr[data-line]")];
  }

  order() {
    return [...this.body.querySelectorAll("tr[id^=line-]")].map((row) => row.id.slice(5));
  }

  lineOf(element) {
    return element?.closest?.("tr[data-line]") ?? null;
  }

  // --- keys ---

  key(event) {
    const row = this.lineOf(event.target);
    if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    this.move(row, event.key === "ArrowUp" ? -1 : 1, event.target);
  }

  pageKey(event) {
    if (event.key !== "Insert" || event.ctrlKey || event.shiftKey || event.altKey) return;
    const row = this.lineOf(document.activeElement);
    const after = row ? `?after=${row.dataset.line}` : "";
    event.preventDefault();
    location.assign(`${this.table.dataset.newUrl}${after}`);
  }

  paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const form = document.getElementById("paste");
    if (!form || !text.trim() || event.target.matches?.("input, textarea")) return;
    event.preventDefault();
    form.elements.text.value = text;
    form.querySelector("button").click(); // requestSubmit is younger than some iPads
  }

  // --- moving ---

  move(row, step, focused) {
    const lines = this.lines();
    const other = lines[lines.indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    focused.focus();
    this.save(row);
  }

  take(event) {
    const row = event.target.closest(".grip button") && this.lineOf(event.target);
    if (!row) return;
    event.preventDefault();
    const grip = event.target;
    grip.focus();
    grip.setPointerCapture(event.pointerId);
    row.classList.add("carried");
    const before = this.order().join(" ");
    const over = ({ clientY }) => {
      const target = this.lines().find((line) => {
        const { top, bottom } = line.getBoundingClientRect();
        return line !== row && clientY >= top && clientY <= bottom;
      });
      if (!target) return;
      const isDown = row.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (isDown) target.after(row);
      else target.before(row);
    };
    const end = () => {
      row.classList.remove("carried");
      grip.removeEventListener("pointermove", over);
      if (this.order().join(" ") !== before) this.save(row);
    };
    grip.addEventListener("pointermove", over);
    grip.addEventListener("lostpointercapture", end, { once: true });
  }

  // --- saving: one after the other, each from the state that the one before has left ---

  save(row) {
    row.classList.add("saving");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.saving = this.saving.then(() => this.send());
    }, PAUSE);
  }

  async send() {
    this.say("сохраняется…");
    const order = this.order().join(" ");
    const { orderUrl, state } = this.table.dataset;
    const { isDone, answer } = await post(orderUrl, { state, order });
    if (isDone) {
      this.table.dataset.state = answer.state;
      for (const row of this.lines()) row.classList.remove("saving");
      this.say(`сохранено в ${answer.saved_at}; даты и номера обновятся с открытием страницы`);
    } else {
      this.say(`Порядок не сохранён: ${answer.message}`);
    }
  }

  say(text) {
    this.state.textContent = text;
  }
}

const PAUSE = 600; // several steps of one line are saved once

const table = document.getElementById("plan");
if (table?.dataset.orderUrl) new Plan(table);
