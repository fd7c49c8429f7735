import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { EVERY, Refresh } from "../../static/js/refresh.js";

let at, waiting, loads, told, fails, refresh;

beforeEach(() => {
  at = new Date(2026, 10, 25, 11, 5);
  waiting = null;
  loads = 0;
  told = "";
  fails = "";
  refresh = new Refresh({
    async load() {
      loads += 1;
      if (fails) throw new Error(fails);
    },
    tell: (text) => (told = text),
    now: () => at,
    wait(deed, left) {
      waiting = { deed, left };
      return waiting;
    },
    stop: (timer) => timer && (waiting = null),
  });
});

async function pass(time) {
  at = new Date(at.getTime() + time);
  const { deed } = waiting;
  waiting = null;
  await deed();
}

test("it is fetched every minute", async () => {
  refresh.look(true);
  assert.equal(waiting.left, EVERY);
  await pass(EVERY);
  await pass(EVERY);
  assert.equal(loads, 2);
});

test("nobody looks: nothing is fetched, and at once when somebody does", async () => {
  refresh.look(true);
  refresh.look(false);
  assert.equal(waiting, null);
  at = new Date(at.getTime() + 5 * EVERY);
  refresh.look(true);
  assert.equal(waiting.left, 0);
});

test("who looks again within the minute waits for its rest", () => {
  refresh.look(false);
  at = new Date(at.getTime() + EVERY / 4);
  refresh.look(true);
  assert.equal(waiting.left, (EVERY * 3) / 4);
});

test("without a line it says of when the page is, tries again, and says no more when it is there", async () => {
  refresh.look(true);
  fails = "нет связи";
  await pass(EVERY);
  await pass(EVERY);
  assert.match(told, /^Данные на 11:05: нет связи/);
  fails = "";
  await pass(EVERY);
  assert.equal(told, "");
  assert.equal(loads, 3);
});
