import assert from "node:assert/strict";
import { test } from "node:test";

import { Asked, named, summary } from "../../static/js/setup/asked.js";

test("what was sent is asked about anew, or not any more", () => {
  const asked = new Asked();
  asked.take({ typed: { "1-1": "а", "1-2": "б" }, asked: { "1-1": { told: "нет" } } });
  asked.take({ typed: { "1-2": "б" }, conflicts: { "1-2": "б" } });
  assert.equal(asked.size, 2);
  assert.equal(asked.get("1-2").kind, "conflict");
  asked.take({ typed: { "1-1": "в" } });
  assert.equal(asked.get("1-1"), undefined);
});

test("F8 goes round in the order of the table", () => {
  const asked = new Asked();
  const order = ["1-1", "1-2", "2-1"];
  assert.equal(asked.after("1-1", order), null);
  asked.take({ asked: { "1-2": {}, "2-1": {} } });
  assert.equal(asked.after("1-1", order), "1-2");
  assert.equal(asked.after("1-2", order), "2-1");
  assert.equal(asked.after("2-1", order), "1-2");
});

test("a name is put right in its cell", () => {
  assert.equal(named("Ежова 3 / Щукен 2", "Щукен", "Щукин Иван"), "Ежова 3 / Щукин Иван 2");
  assert.equal(named("Ежова 3", "Щукен", "Щукин"), "Ежова 3");
});

test("the bar says what became of a block", () => {
  const told = { told: "Записано: 2.", saved: 2, outside: 3, unknown: ["Физика"], at: "09:42" };
  assert.equal(
    summary(told),
    "Записано: 2. За краем таблицы: 3. Не узнали: Физика. Сохранено в 09:42.",
  );
});
