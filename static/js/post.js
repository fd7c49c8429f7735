// Send something that is no text of a place (these go through saves.js).

import { csrfToken } from "./cookies.js";

// As a page of the person `drawnFor`: {status, answer}; 0 without a connection, null where the
// answer is no JSON.
export async function send(url, fields, drawnFor) {
  const headers = {
    "X-CSRFToken": csrfToken(),
    "X-Drawn-For": drawnFor,
    Accept: "application/json",
  };
  const body = new URLSearchParams(fields);
  const response = await fetch(url, { method: "POST", body, headers }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  return { status: response?.status ?? 0, answer: answer ?? null };
}

// {isDone, answer}, the answer with a Russian `message` where it is not done.
export async function post(url, fields) {
  const drawnFor = document.querySelector("input[name=drawn_for]").value;
  const { status, answer } = await send(url, fields, drawnFor);
  if (status >= 200 && status < 300 && answer) return { isDone: true, answer };
  return { isDone: false, answer: answer ?? { message: "нет связи, попробуйте ещё раз" } };
}
