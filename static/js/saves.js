// Saves on their way to the server. Each stays in the browser's storage until the server has
// answered, so that a dead network, a restarted server or a closed laptop loses nothing that was
// typed. A save belongs to one target («cell:lesson:student» or «field:lesson:name»); of several
// texts typed into one target in a row the newest wins.

const FIRST_PAUSE = 2_000;
const LONGEST_PAUSE = 60_000;
const PATIENCE = 15_000;

export class Saves {
  // `show(target, status, detail)` draws a target: saving, saved, failed, error or conflict.
  // `tell(count, seconds, loggedOut)` draws what is not saved yet.
  constructor({ user, journal, cellsUrl, fieldsUrl, show, tell }) {
    Object.assign(this, { cellsUrl, fieldsUrl, show, tell });
    // The person is part of the key: nobody sends what another one typed at the same computer.
    this.prefix = `journal-save:${user}:${journal}:`;
    this.entries = new Map();
    this.pause = FIRST_PAUSE;
    this.retryAt = null;
    addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => document.hidden || this.retry());
    addEventListener("beforeunload", (event) => this.entries.size && event.preventDefault());
    setInterval(() => this.tick(), 1_000);
  }

  // What an earlier page could not save: shown, and sent at once.
  restore() {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(this.prefix)) continue;
      const target = key.slice(this.prefix.length);
      const { was, text, sent } = JSON.parse(localStorage.getItem(key));
      this.entries.set(target, { was, text, sent, status: "failed" });
      this.show(target, "failed", { text });
    }
    this.retry();
  }

  // Save `text` into a target that was `was` when the server last told.
  put(target, was, text) {
    const entry = this.entries.get(target) ?? { was, sent: [] };
    entry.text = text;
    this.entries.set(target, entry);
    this.keep(target, entry);
    if (entry.status !== "saving") this.send(target, entry);
  }

  // The person has chosen after a conflict: their own text over what stands there.
  insist(target) {
    const entry = this.entries.get(target);
    entry.was = entry.present;
    this.send(target, entry);
  }

  forget(target) {
    this.entries.delete(target);
    localStorage.removeItem(this.prefix + target);
  }

  keep(target, { was, text, sent }) {
    try {
      localStorage.setItem(this.prefix + target, JSON.stringify({ was, text, sent }));
    } catch {
      // A full or forbidden storage: the page itself still holds and retries the save.
    }
  }

  async send(target, entry) {
    const [kind, lesson, rest] = target.split(":");
    const text = entry.text;
    const body = new URLSearchParams({ lesson, was: entry.was, text });
    body.set(kind === "cell" ? "student" : "field", rest);
    entry.status = "saving";
    if (!entry.sent.includes(text)) entry.sent.push(text);
    this.keep(target, entry);
    this.show(target, "saving", { text });
    const { status, answer } = await post(kind === "cell" ? this.cellsUrl : this.fieldsUrl, body);

    if (status === 200) {
      this.pause = FIRST_PAUSE;
      this.loggedOut = false;
      if (entry.text !== text) {
        entry.was = answer.text;
        this.send(target, entry);
        return;
      }
      this.forget(target);
      this.show(target, "saved", answer);
    } else if (status === 409 && entry.sent.includes(answer.text)) {
      // What stands there is a save of ours whose answer got lost.
      entry.was = answer.text;
      entry.sent = [];
      this.send(target, entry);
      return;
    } else if (status === 409) {
      entry.status = "conflict";
      entry.present = answer.text;
      this.show(target, "conflict", { ...answer, mine: entry.text });
    } else if ([403, 404, 422].includes(status) && answer) {
      // What can't be read stays until it is corrected, over a reload too; what this person may not
      // write is nothing to correct.
      if (status === 422) entry.status = "refused";
      else this.forget(target);
      this.show(target, "error", { ...answer, text: entry.text, was: entry.was });
    } else {
      entry.status = "failed";
      // 403 without our own words: the log-in has changed under the page.
      this.loggedOut = status === 401 || status === 403;
      this.retryAt ??= Date.now() + this.pause;
      this.show(target, "failed", { text: entry.text });
    }
    this.tick();
  }

  failed() {
    return [...this.entries].filter(([, entry]) => entry.status === "failed");
  }

  async retry() {
    const waiting = this.failed();
    this.retryAt = null;
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    for (const [target, entry] of waiting) {
      if (entry.status === "failed") await this.send(target, entry);
      if (entry.status === "failed") break; // the server is still away: spare it the rest
    }
    if (this.failed().length) this.retryAt ??= Date.now() + this.pause;
    this.tick();
  }

  tick() {
    const count = this.failed().length;
    if (count && this.retryAt !== null && Date.now() >= this.retryAt) {
      this.retry();
      return;
    }
    const seconds = this.retryAt === null ? 0 : Math.ceil((this.retryAt - Date.now()) / 1_000);
    this.tell(count, seconds, this.loggedOut);
  }
}

// {status, answer}: status 0 when no answer came at all, answer null when it was no JSON.
async function post(url, body) {
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    const answer = await response.json().catch(() => null);
    return { status: response.status === 200 && !answer ? 0 : response.status, answer };
  } catch {
    return { status: 0, answer: null };
  }
}

// Read anew for each save: logging in again in another tab changes it.
function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}
