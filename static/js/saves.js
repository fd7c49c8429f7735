// Saves on their way to the server, of one person, whatever page they were typed on. Each stays in
// the browser's store until the server has answered, so that a dead network, a restarted server or a
// killed browser loses nothing; it is sent from any page of its owner, and under his name alone. A
// save belongs to one place (a sheet) and target («cell:lesson:student», «field:lesson:name»); of
// several texts typed into one target in a row the newest wins.
//
// Drafts, what is still being typed, lie beside them in the same store.

import { cookie, csrfToken } from "./cookies.js";
import { announce, change, entriesOf, listen, replace } from "./store.js";

const FIRST_PAUSE = 1_000; // as a page that is left can cut its own save off
const LONGEST_PAUSE = 60_000;
const PATIENCE = 15_000;
const AT_ONCE = 4; // a pasted block must not keep a mark typed after it waiting
const TAB = nameOfTab();

export class Saves {
  constructor(owner) {
    this.owner = owner;
    this.entries = new Map(); // key: entry; of this owner, drafts too
    this.states = new Map(); // key: saving, failed, error or conflict
    this.typing = new Set(); // keys of drafts under this page's own fingers
    this.sheets = new Map(); // place: what this page shows of it
    this.watchers = []; // called whenever something to be told has changed
    this.flying = new Map(); // key: the promise of its being sent
    // lesson: its last save on the way. A lesson's saves go one after the other, as they were typed: a
    // mark that overtakes the choice of its work would bring another work along.
    this.lanes = new Map();
    this.turns = { free: AT_ONCE, queue: [] };
    this.drafts = new Map(); // key: a draft on its way to the store
    this.pause = FIRST_PAUSE;
    this.retryAt = null;
    this.ended = null; // «session»: log in again; «person»: another one is logged in
    this.loaded = this.load();
    listen((told) => this.hear(told));
    addEventListener("online", () => this.retry());
    document.addEventListener("visibilitychange", () => document.hidden || this.retry());
    setInterval(() => this.tick(), 1_000);
  }

  async load() {
    const written = cookie("written"); // the form whose texts the server has by now
    for (const entry of await entriesOf(this.owner)) {
      if (written && entry.form === written) change(entry.key, () => null);
      if (this.entries.has(entry.key) || (written && entry.form === written)) continue;
      this.entries.set(entry.key, entry);
      if (!entry.draft) this.states.set(entry.key, SHOWN[entry.status]);
    }
    this.changed();
    // A save that is done before the page shows its place would leave the old text to be seen.
    if (document.readyState === "complete") this.retry();
    else addEventListener("load", () => this.retry(), { once: true });
  }

  key(place, target) {
    return `${this.owner}|${place}|${target}`;
  }

  // A page shows a place: `show(target, status, detail)` draws a target (saving, saved, failed,
  // error, conflict, gone or sent elsewhere), `go(target)` leads to it, `drop(target)` takes a draft
  // out of it. What an earlier page could not save is shown at once; resolves to the drafts left
  // there.
  async open(place, { title, url, show, go, drop }) {
    const sheet = { title, url, show, go, drop };
    this.sheets.set(place, sheet);
    await this.loaded;
    const found = [...this.entries.values()].filter((entry) => entry.place === place);
    for (const entry of found) if (!entry.draft) this.draw(entry, this.states.get(entry.key));
    // Not what has been typed here while the store was being opened.
    return found.filter((entry) => entry.draft && !this.typing.has(entry.key));
  }

  // Whether something of a target is not saved yet.
  has(place, target) {
    return this.entries.has(this.key(place, target));
  }

  // Whether one is just typing into it: what the server answers to an earlier text is no reason to
  // take the newer one out of the field.
  isTyping(place, target) {
    return this.typing.has(this.key(place, `~${target}`));
  }

  // --- saves ---

  // Save `text` into a target. `standing()` is what the server last told of it, asked when nothing of
  // this page can come between. `detail`: {post, fields} what is sent where, {label, url} how it is
  // told and found. Resolves to how it went: saved, failed, error or conflict.
  async put(place, target, standing, text, detail) {
    const key = this.key(place, target);
    const { title } = this.sheets.get(place);
    const draft = this.entries.get(this.key(place, `~${target}`));
    const typed = { key, owner: this.owner, place, target, title, ...detail, at: Date.now() };
    if (draft) this.typing.delete(draft.key); // entered: from now on it is a save's text
    this.set({ ...typed, was: standing(), text, sent: [], status: "waiting" }, "saving");
    const kept = await change(key, (old) => {
      const was = old ? old.was : standing();
      const entry = { ...typed, was, sent: old?.sent ?? [], claim: old?.claim };
      return claimed({ ...entry, text, status: "waiting" });
    });
    this.entries.set(key, kept);
    this.endDraft(place, target, draft);
    await this.send(key);
    return this.outcome(place, target);
  }

  // How a save went, when nothing of it is on its way any more.
  async outcome(place, target) {
    const key = this.key(place, target);
    await this.flying.get(key);
    return this.states.get(key) ?? "saved";
  }

  // The page is being left with this still in a field: kept and sent as well as can be then.
  leave(place, target, was, text, detail) {
    const key = this.key(place, target);
    const old = this.entries.get(key);
    const entry = {
      key,
      owner: this.owner,
      place,
      target,
      title: this.sheets.get(place).title,
      ...detail,
      was: old?.was ?? was,
      text,
      sent: [...(old?.sent ?? []), text],
      status: "waiting",
      at: Date.now(),
    };
    this.note(entry, "saving");
    replace(this.key(place, `~${target}`), entry);
    this.endDraft(place, target);
    // Where the page comes back after all, as from Safari's memory of pages, the answer finds it.
    post(this.owner, entry, { keepalive: true }).then(({ status, answer }) =>
      this.settle(entry, status, answer),
    );
  }

  // The person has chosen after a conflict: their own text over what stands there.
  async insist(place, target) {
    const key = this.key(place, target);
    const entry = this.entries.get(key);
    const insisting = { ...entry, was: entry.answer.text, status: "waiting" };
    this.set(insisting, "saving", { text: entry.text });
    await change(key, () => insisting);
    await this.send(key);
  }

  async forget(place, target) {
    const key = this.key(place, target);
    const entry = this.entries.get(key);
    if (!entry) return;
    this.set(entry, "gone"); // first: what is typed there next is a new entry
    await change(key, () => null);
  }

  // Send what stands under a key until nothing newer does. What another tab is sending is its own.
  send(key) {
    if (this.flying.has(key)) return this.flying.get(key);
    const { place, fields } = this.entries.get(key) ?? {};
    const lane = `${place}|${fields?.lesson}`;
    const sent = (this.lanes.get(lane) ?? Promise.resolve()).then(() => this.fly(key));
    this.lanes.set(lane, sent);
    this.flying.set(key, sent);
    return sent;
  }

  async fly(key) {
    await this.turn();
    try {
      for (;;) {
        const entry = await change(key, (now) => (isReady(now) ? claimed(now) : undefined));
        if (!entry) {
          const known = this.entries.get(key); // another tab has sent it, and could not tell
          if (known) this.set(known, "elsewhere");
          break;
        }
        if (entry.status !== "waiting" || entry.claim?.tab !== TAB) break;
        this.set(entry, "saving", { text: entry.text });
        const { status, answer } = await post(this.owner, entry);
        if (!(await this.settle(entry, status, answer))) break;
      }
    } finally {
      this.flying.delete(key);
      this.turns.free += 1;
      this.turns.queue.shift()?.();
    }
    this.tick();
  }

  async turn() {
    if (this.turns.free <= 0) await new Promise((resolve) => this.turns.queue.push(resolve));
    this.turns.free -= 1;
  }

  // What the server's answer makes of an entry; true when there is more of it to send.
  async settle(entry, status, answer) {
    const { key, text } = entry;
    const freed = { claim: null };
    if (status === 200) {
      this.pause = FIRST_PAUSE;
      this.ended = null;
      const left = await change(key, (now) => {
        if (!now || now.text === text) return null;
        return { ...now, ...freed, was: answer.text };
      });
      if (!left) this.set(entry, "saved", answer);
      return Boolean(left);
    }
    const refusal = status === 409 ? "conflict" : "refused";
    if ([403, 404, 409, 422].includes(status) && answer) {
      // It stays, over a reload too, until it is corrected or taken away by its owner.
      const left = await change(key, (now) => {
        if (!now || now.text !== text) return now && { ...now, ...freed };
        return { ...now, ...freed, status: refusal, answer };
      });
      if (left?.text !== text) return Boolean(left);
      this.set(left, SHOWN[refusal], detailOf(left));
      return false;
    }
    const left = await change(key, (now) => now && { ...now, ...freed });
    // 403 without our own words: the log-in has changed under the page.
    this.ended = status === 401 || status === 403 ? "session" : null;
    if (answer?.reason === "another_person") this.ended = "person";
    this.later();
    if (left) this.set(left, "failed", { text: left.text });
    return false;
  }

  // Once for all that fails together; each time that it fails again the pause is twice as long.
  later() {
    if (this.retryAt !== null) return;
    this.retryAt = Date.now() + this.pause;
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  waiting() {
    const now = Date.now();
    return [...this.entries.values()].filter(
      (entry) =>
        !entry.draft &&
        entry.status === "waiting" &&
        (this.states.get(entry.key) === "failed" ||
          (entry.claim?.until ?? entry.at + PATIENCE) < now),
    );
  }

  // The person is logged in again: what waits goes on at once.
  resume() {
    this.ended = null;
    this.pause = FIRST_PAUSE;
    return this.retry();
  }

  async retry() {
    this.retryAt = null;
    const [first, ...rest] = this.waiting();
    if (first) {
      await this.send(first.key);
      // Is the server still away? Spare it the rest.
      if (this.states.get(first.key) !== "failed") {
        await Promise.all(rest.map(({ key }) => this.send(key)));
      }
    }
    this.tick();
  }

  tick() {
    if (this.waiting().length) {
      this.later();
      if (Date.now() >= this.retryAt) this.retry();
    }
    this.changed();
  }

  // --- drafts ---

  // Keep what is being typed, from its first letter, where it is not what stands there or is on its
  // way. `detail` as for `put`.
  draft(place, target, was, text, detail) {
    const key = this.key(place, `~${target}`);
    const onItsWay = this.entries.get(this.key(place, target));
    if (text.trim() === (onItsWay ? onItsWay.text : was).trim()) {
      this.endDraft(place, target);
      return;
    }
    const { title } = this.sheets.get(place);
    const entry = {
      key,
      owner: this.owner,
      place,
      target,
      title,
      was,
      text,
      draft: true,
      at: Date.now(),
      ...detail,
    };
    this.typing.add(key);
    this.entries.set(key, entry);
    this.changed();
    const isWriting = this.drafts.has(key);
    this.drafts.set(key, entry);
    if (!isWriting) this.writeDraft(key);
  }

  // One write at a time for each field: the newest text goes when the one before is done.
  async writeDraft(key) {
    let written = null;
    while (this.drafts.get(key) !== written) {
      written = this.drafts.get(key);
      await change(key, () => written, { lazily: true });
    }
    this.drafts.delete(key);
  }

  // Written by now, or taken back: nothing is left to keep. `only`: if it is still that draft.
  async endDraft(place, target, only = null) {
    const key = this.key(place, `~${target}`);
    if (!this.entries.has(key) || (only && this.entries.get(key) !== only)) return;
    this.entries.delete(key);
    this.typing.delete(key);
    this.changed();
    if (this.drafts.has(key)) this.drafts.set(key, null);
    else await change(key, () => null);
  }

  // --- telling ---

  set(entry, state, detail) {
    this.note(entry, state);
    this.draw(entry, state, detail);
    announce({ owner: this.owner, entry, state, detail });
  }

  note(entry, state) {
    if (["saved", "gone", "elsewhere"].includes(state)) {
      this.entries.delete(entry.key);
      this.states.delete(entry.key);
    } else {
      this.entries.set(entry.key, entry);
      this.states.set(entry.key, state);
    }
  }

  // Another tab of this person has told.
  hear({ owner, entry, state, detail }) {
    if (owner !== this.owner) return;
    this.note(entry, state);
    this.draw(entry, state, detail);
  }

  draw(entry, state, detail = detailOf(entry)) {
    this.sheets.get(entry.place)?.show?.(entry.target, state, detail);
    this.changed();
  }

  changed() {
    for (const watcher of this.watchers) watcher();
  }

  // What is to be told: {unsaved: entries not saved, isSaving, isTyping, seconds to the next try}.
  status() {
    // A draft that has just been entered is its save's affair.
    const isOwn = (entry) => !entry.draft || !this.has(entry.place, entry.target);
    const all = [...this.entries.values()].filter(isOwn).sort((one, other) => one.at - other.at);
    const unsaved = all.filter((entry) =>
      entry.draft
        ? !entry.isBrief || !this.typing.has(entry.key)
        : this.states.get(entry.key) !== "saving",
    );
    return {
      unsaved,
      isSaving: all.some((entry) => this.states.get(entry.key) === "saving"),
      isTyping: all.length > unsaved.length,
      isWaiting: unsaved.some((entry) => this.states.get(entry.key) === "failed"),
      seconds: this.retryAt ? Math.max(0, Math.ceil((this.retryAt - Date.now()) / 1_000)) : 0,
    };
  }
}

// The pages that follow each other in a tab are one sender: what the last one had on its way when it
// was left is the next one's to send.
function nameOfTab() {
  const made = Math.random().toString(36).slice(2);
  try {
    const name = sessionStorage.getItem("tab") ?? made;
    sessionStorage.setItem("tab", name);
    return name;
  } catch {
    return made;
  }
}

// How an entry's own status is shown before it is sent again.
const SHOWN = { waiting: "failed", refused: "error", conflict: "conflict" };

const detailOf = (entry) => ({
  ...entry.answer,
  mine: entry.text,
  text: entry.answer?.text ?? entry.text,
});

const isReady = (entry) => entry?.status === "waiting";

// The entry as this tab sends it; as it is while another tab has it on the way.
function claimed(entry) {
  const { claim } = entry;
  if (claim && claim.tab !== TAB && claim.until > Date.now()) return entry;
  const sent = entry.sent.includes(entry.text) ? entry.sent : [...entry.sent, entry.text];
  return { ...entry, sent, claim: { tab: TAB, until: Date.now() + PATIENCE + 5_000 } };
}

// {status, answer}: status 0 when no answer came at all, answer null when it was no JSON.
async function post(owner, { post: url, fields, was, text, sent }, options = {}) {
  const body = new URLSearchParams({ ...fields, was, text });
  // What stands there may be one of these, whose answer got lost: then nobody else was first.
  for (const one of sent) if (one !== text) body.append("sent", one);
  const patience = new AbortController(); // AbortSignal.timeout is younger than some iPads
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: {
        "X-CSRFToken": csrfToken(),
        "X-Drawn-For": owner,
        Accept: "application/json",
      },
      signal: patience.signal,
      ...options,
    });
    const answer = await response.json().catch(() => null);
    return { status: response.status === 200 && !answer ? 0 : response.status, answer };
  } catch {
    return { status: 0, answer: null };
  } finally {
    clearTimeout(timer);
  }
}
