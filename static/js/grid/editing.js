// Editing: one input that moves over the cells, and what is written into them.

import { make } from "../dom.js";
import { meaningOf, standsIn } from "./texts.js";

const HINTS = {
  autocorrect: "off",
  autocapitalize: "none",
  spellcheck: "false",
  inputmode: "text",
  enterkeyhint: "next",
};

// Why a cell can't be written to; `closed` is the lock's own word, `head` the classes of its lesson's.
export function whyClosed(closed, head) {
  if (closed) return closed;
  if (head.contains("cancelled")) {
    return "Урок отменён: писать в него нельзя, записанное не учитывается.";
  }
  if (head.contains("future")) return "Урок ещё не прошёл: писать в него рано.";
  return "Эту клетку вы можете только смотреть.";
}

export class Editing {
  constructor(grid) {
    this.grid = grid;
    this.editor = null; // {input, td, typed, before}: what is being typed
  }

  isOpen(td) {
    return this.editor?.td === td;
  }

  // Open a cell's input with a text in it; `typed`: by typing over what stands there.
  edit(td, text, typed) {
    const { places, pointer, popover } = this.grid;
    if (!places.isWritable(td)) {
      this.sayWhyClosed(td);
      return;
    }
    popover.close();
    const input = this.inputFor(td, text);
    td.dataset.was = standsIn(td); // the input takes its text away
    this.editor = { input, td, typed, before: td.textContent };
    td.classList.add("editing");
    td.replaceChildren(input);
    input.focus();
    if (pointer.isFinger) input.select(); // what is typed takes the place of what stood there
    else input.setSelectionRange(text.length, text.length);
    if (typed) this.draft(td, text);
  }

  inputFor(td, text) {
    const options = { className: "editor", value: text, maxLength: 20, autocomplete: "off" };
    const input = make("input", "", options);
    const label = this.grid.bar.part("place").textContent;
    for (const [name, value] of Object.entries({ ...HINTS, "aria-label": label })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("input", () => this.draft(td, input.value));
    return input;
  }

  draft(td, text) {
    this.grid.saving.draft(this.grid.places.targetOf(td), standsIn(td), text);
  }

  sayWhyClosed(td) {
    const { bar, places, root } = this.grid;
    bar.say(whyClosed(root.dataset.closed, places.headOf(td).classList));
  }

  // Close the input; what is in it is written, or left as it was.
  finish(keep) {
    const { places, problems, saving } = this.grid;
    if (!this.editor) return;
    const { input, td, before } = this.editor;
    this.editor = null;
    td.classList.remove("editing");
    td.textContent = before;
    if (keep) this.write([{ td, text: input.value.trim() }]);
    else if (td.problem?.status === "draft") problems.settle(td, td.dataset.was);
    else saving.endDraft(places.targetOf(td));
  }

  // On a phone the keyboard stays only if the next input has the focus before this one is gone.
  finishAndGo(next) {
    const { moving, places, pointer } = this.grid;
    const { td } = this.editor;
    if (!pointer.isFinger || !next || next === td || !places.isWritable(next)) {
      this.finish(true);
      moving.activate(next ?? td);
      return;
    }
    const left = this.editor;
    this.editor = null;
    moving.activate(next, { focus: false });
    this.edit(next, next.textContent, false);
    const opened = this.editor;
    this.editor = left;
    this.finish(true);
    this.editor = opened;
  }

  // Write texts into cells, one deed to be taken back as a whole. Resolves to what became of each.
  write(cells) {
    const { deeds, places, saving } = this.grid;
    const changes = [];
    const sent = cells.map(({ td, text }) => {
      if (!places.isWritable(td)) {
        this.sayWhyClosed(td);
        return "closed";
      }
      const target = places.targetOf(td);
      const { meaning, before } = meaningOf(td, text);
      if (meaning === "sent") return () => saving.outcome(target);
      if (meaning === "standing") {
        this.grid.problems.settle(td, before, { focus: false }); // nothing to save
        return "saved";
      }
      changes.push({ target, before, after: text });
      return () => saving.put(target, () => standsIn(td), text);
    });
    deeds.record(changes);
    return Promise.all(sent.map((one) => (typeof one === "string" ? one : one())));
  }

  everybodyPresent(lesson) {
    const { bar, page, places, root } = this.grid;
    if (root.dataset.closed) return bar.say(root.dataset.closed);
    const head = places.heads[places.columnOf(lesson)].classList;
    if (head.contains("taken")) bar.say("Присутствие на этом уроке уже отмечено.");
    else if (head.contains("ro")) bar.say("Этот урок вы можете только смотреть.");
    else page.write(`field:${lesson}:attendance`, "", "все");
  }

  // The page is going away with something typed in the input.
  leave() {
    const { places, saving } = this.grid;
    if (!this.editor) return;
    const { td, input } = this.editor;
    const text = input.value.trim();
    if (text !== standsIn(td)) saving.leave(places.targetOf(td), standsIn(td), text);
  }
}
