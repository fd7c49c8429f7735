// What becomes of a refused, contested or left text: its person drops it or insists on it.

import { setText, standsIn } from "./texts.js";

export class Problems {
  constructor(grid) {
    this.grid = grid;
  }

  // Leave what stands there and drop the own text.
  settle(element, text, { focus = true } = {}) {
    const { places, popover, saving } = this.grid;
    const target = places.targetOf(element);
    saving.forget(target);
    saving.endDraft(target);
    element.classList.remove("conflict", "error", "draft", "failed");
    element.removeAttribute("aria-invalid");
    element.problem = null;
    element.dataset.was = text;
    setText(element, text);
    if (popover.element === element) popover.close();
    if (focus) element.focus();
  }

  // The own text after all.
  insist(element) {
    const { deeds, saving } = this.grid;
    const { target, status, text, mine, typedOver } = element.problem;
    element.focus();
    if (status === "draft") {
      deeds.record([{ target, before: typedOver, after: mine }]);
      saving.put(target, () => typedOver, mine);
    } else {
      deeds.record([{ target, before: text, after: mine }]);
      element.dataset.was = text;
      saving.insist(target);
    }
  }

  // A draft was taken away on the list of what is not saved.
  drop(target) {
    const element = this.grid.places.elementOf(target);
    if (element) this.settle(element, standsIn(element), { focus: false });
  }

  // A text that was still being typed when the page went away.
  restoreDraft({ target, was, text, at }) {
    const { places, saving } = this.grid;
    const element = places.elementOf(target);
    const isClosed = element && places.isCell(element) && !places.isWritable(element);
    if (!element || element.problem || isClosed) return;
    const stands = standsIn(element);
    if (text.trim() === stands) {
      saving.endDraft(target);
      return;
    }
    element.dataset.was = stands;
    element.problem = { target, status: "draft", mine: text, was: stands, typedOver: was, at };
    element.classList.add("draft");
    setText(element, text);
  }
}
