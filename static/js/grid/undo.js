// What was done on a page, to be taken back and done again: each time as a new change that the
// server compares and records. A deed is {changes: [{target, before, after}]}.

export class Undo {
  // `put(target, was, text)` saves; resolves when the server has answered.
  constructor(put) {
    Object.assign(this, { put, done: [], undone: [] });
  }

  record(changes) {
    const deed = { changes: changes.filter(({ before, after }) => before !== after) };
    if (!deed.changes.length) return;
    this.done.push(deed);
    this.undone = [];
  }

  // The server writes a text in its own way («4.5» is «4/5»): so it stands there.
  wrote(target, typed, text) {
    for (const { changes } of [...this.done, ...this.undone]) {
      for (const change of changes) {
        if (change.target !== target) continue;
        if (change.after === typed) change.after = text;
        if (change.before === typed) change.before = text;
      }
    }
  }

  // The server has done something besides: it goes back after what it came with.
  also(target, its, before, after) {
    const deed = [...this.done]
      .reverse()
      .find(({ changes }) => changes.some((change) => change.target === target));
    if (deed && !deed.changes.some((change) => change.target === its)) {
      deed.changes.unshift({ target: its, before, after });
    }
  }

  // Both resolve to the changes; the caller has asked whether there is a deed. One after the other:
  // a lesson's attendance can only be taken back after the absence that was entered with it.
  async undo() {
    const deed = this.done.pop();
    this.undone.push(deed);
    for (const { target, before, after } of [...deed.changes].reverse()) {
      await this.put(target, after, before);
    }
    return deed.changes;
  }

  async redo() {
    const deed = this.undone.pop();
    this.done.push(deed);
    for (const { target, before, after } of deed.changes) await this.put(target, before, after);
    return deed.changes;
  }
}

// The deeds of one sheet: with the button and the words for taking them back.
export class Deeds extends Undo {
  constructor(grid) {
    super((target, was, text) => {
      const element = grid.places.elementOf(target);
      const { problem } = element ?? {};
      // What was never written is taken back by leaving what stands there.
      return problem?.status === "conflict"
        ? grid.problems.settle(element, problem.text)
        : grid.saving.put(target, () => was, text);
    });
    this.grid = grid;
    grid.bar.part("undo")?.addEventListener("click", () => this.takeBack(false));
    this.show();
  }

  record(changes) {
    super.record(changes);
    this.show();
  }

  show() {
    const { bar } = this.grid;
    if (bar.part("undo")) bar.part("undo").disabled = !this.done.length;
  }

  async takeBack(isRedo) {
    const { bar, moving, page, places, saving } = this.grid;
    if (!(isRedo ? this.undone : this.done).length) {
      bar.say(
        isRedo
          ? "Повторять нечего."
          : "Возвращать нечего: на этой странице вы ещё ничего не меняли.",
      );
      return;
    }
    const way = isRedo ? this.redo() : this.undo();
    this.show();
    const changes = await way;
    this.show();
    const [{ target, before, after }] = changes;
    const element = places.elementOf(target);
    const text = page.shownText(target, isRedo ? after : before) || "пусто";
    const what =
      changes.length > 1
        ? `записей: ${changes.length}`
        : `${saving.detailOf(target).label}: «${text}»`;
    if (!element?.problem) bar.say(`${isRedo ? "Сделано снова" : "Возвращено"}: ${what}`);
    if (target.startsWith("cell:")) moving.activate(element);
  }
}
