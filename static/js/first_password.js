// What the rules say of a new password while it is typed. Without this script they say it when it
// is sent; they themselves stand on the server alone.

import { make } from "./dom.js";
import { post } from "./post.js";

const PAUSE = 400; // ms without a key

const form = document.querySelector("form[data-check]");
const field = form.elements.password;
const told = form.querySelector("[data-wrong]");
let waiting = null;

async function check() {
  const typed = field.value;
  if (!typed) return told.replaceChildren();
  const { isDone, answer } = await post(form.dataset.check, { password: typed });
  if (!isDone || field.value !== typed) return;
  const lines = answer.wrong.map((text) => make("p", text, { className: "error-text" }));
  told.replaceChildren(
    ...(lines.length ? lines : [make("p", "Пароль подходит.", { className: "fits" })]),
  );
}

field.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(check, PAUSE);
});
