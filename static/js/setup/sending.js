// Sends a form's fields to the server, under the name of the page's person (`data-owner`) alone.
// Resolves to {status, answer}; status 0: no line.

import { csrfToken } from "../cookies.js";

export async function send(url, fields) {
  const body = new URLSearchParams(fields);
  const { owner } = document.querySelector("[data-owner]").dataset;
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken(), "X-Drawn-For": owner };
  try {
    const response = await fetch(url, { method: "POST", headers, body });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    return { status: response.status, answer: isJson ? await response.json() : {} };
  } catch {
    return { status: 0, answer: {} };
  }
}

// Why something was not saved, in words.
export function whyNot({ status, answer }) {
  if (answer.message) return answer.message;
  if (status === 0) return "Нет связи.";
  if (status === 401 || status === 403) return "Сеанс окончен: войдите снова в другой вкладке.";
  return "Сервер отказал.";
}
