// What this browser holds until the server has it: saves on their way, and drafts of what is still
// being typed. One IndexedDB for both: a value in localStorage was gone when the browser was killed
// up to three seconds after it was set (Chromium 156), here it is there after a third of one.
//
// An entry is {key, owner, place, target, was, text, …}: the person for whom the page was drawn, the
// page's sheet, the cell or field of it. Keys hold the owner: nobody sends what another one typed.

const STORE = "entries";
const memory = new Map(); // what a full or forbidden database can't hold: this page still has it
const channel = "BroadcastChannel" in window ? new BroadcastChannel("journal-entries") : null;
let opening = null;

function database() {
  opening ??= new Promise((resolve) => {
    let request;
    try {
      request = indexedDB.open("journal", 1);
    } catch {
      resolve(null);
      return;
    }
    request.onupgradeneeded = () => {
      request.result.createObjectStore(STORE, { keyPath: "key" }).createIndex("owner", "owner");
    };
    request.onsuccess = () => {
      const forget = () => (opening = null); // phones close it under a page in the background
      request.result.onclose = forget;
      request.result.onversionchange = () => {
        request.result.close();
        forget();
      };
      resolve(request.result);
    };
    request.onerror = () => resolve(null);
  });
  return opening;
}

async function transaction(mode, options) {
  const found = await database();
  if (!found) return null;
  try {
    return found.transaction(STORE, mode, options);
  } catch {
    opening = null; // it was closed: open it anew
    return (await database())?.transaction(STORE, mode, options) ?? null;
  }
}

// Write what `decide(present)` makes of the entry that stands under a key: an entry, null to delete
// it, undefined to leave it. Nobody, also no other tab, comes between. Resolves to what stands then.
// `lazily`: the operating system may take its time to bring it to the disk.
export async function change(key, decide, { lazily = false } = {}) {
  const durability = lazily ? "relaxed" : "strict";
  const changing = await transaction("readwrite", { durability }).catch(() => null);
  if (changing) {
    try {
      return await changeStored(changing, key, decide);
    } catch {
      // Full, or broken by now: the page's memory has to do.
    }
  }
  const made = decide(memory.get(key));
  if (made === null) memory.delete(key);
  else if (made) memory.set(key, made);
  return made === undefined ? memory.get(key) : (made ?? undefined);
}

function changeStored(changing, key, decide) {
  return new Promise((resolve, reject) => {
    const store = changing.objectStore(STORE);
    let stands;
    changing.onabort = changing.onerror = () => reject(changing.error);
    changing.oncomplete = () => {
      memory.delete(key);
      resolve(stands);
    };
    store.get(key).onsuccess = (event) => {
      const present = event.target.result ?? memory.get(key);
      const made = decide(present);
      stands = made === undefined ? present : (made ?? undefined);
      if (made === null) store.delete(key);
      else if (made && made !== present) store.put(made);
      changing.commit?.();
    };
  });
}

// Write an entry, and delete the one under another key that becomes it, without a look at what stands
// there: for the last moment of a page, which may end between two writes.
export async function replace(former, entry) {
  const writing = await transaction("readwrite", { durability: "strict" }).catch(() => null);
  if (!writing) {
    memory.delete(former);
    memory.set(entry.key, entry);
    return;
  }
  const store = writing.objectStore(STORE);
  store.delete(former);
  store.put(entry);
  writing.commit?.();
}

// Of one owner, or of everybody (null), the first typed first.
export async function entriesOf(owner) {
  const reading = await transaction("readonly").catch(() => null);
  const stored = reading ? await readAll(reading, owner).catch(() => []) : [];
  const held = [...memory.values()].filter((one) => owner === null || one.owner === owner);
  return [...stored, ...held].sort((one, other) => one.at - other.at);
}

function readAll(reading, owner) {
  return new Promise((resolve, reject) => {
    const store = reading.objectStore(STORE);
    const asked = owner === null ? store.getAll() : store.index("owner").getAll(owner);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

// --- what one tab tells the others ---

export function announce(message) {
  channel?.postMessage(message);
}

export function listen(deed) {
  channel?.addEventListener("message", (event) => deed(event.data));
}
