// Small tools of all scripts.

export function make(name, text = "", properties = {}) {
  const element = document.createElement(name);
  element.textContent = text;
  return Object.assign(element, properties);
}

export function button(title, deed, properties = {}) {
  const element = make("button", title, { type: "button", ...properties });
  element.addEventListener("click", deed);
  return element;
}

export function link(title, href, properties = {}) {
  return make("a", title, { href, ...properties });
}

export function parse(html, selector) {
  return new DOMParser().parseFromString(html, "text/html").querySelector(selector);
}

const isTicked = (field) => field.type === "checkbox" || field.type === "radio";

// What a field of a form says, as a text; and what it said when the page was drawn, whatever was typed
// before a script was there to hear it.
export const saidBy = (field) => (isTicked(field) ? String(field.checked) : field.value);

export function drawnIn(field) {
  if (isTicked(field)) return String(field.defaultChecked);
  if (!field.options) return field.defaultValue;
  return (
    ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? ""
  );
}

// Safari before 15.4 and Firefox before 98 have no dialogs: there it is a box on the page, closed by the same buttons.
export function openDialog(dialog) {
  if (dialog.showModal) {
    dialog.showModal();
    return;
  }
  dialog.classList.add("plain-box");
  dialog.setAttribute("open", "");
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && closeDialog(dialog));
  const form = dialog.querySelector("form[method=dialog]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    closeDialog(dialog);
  });
  dialog.querySelector("button, a")?.focus();
}

export function closeDialog(dialog) {
  if (dialog.close) {
    dialog.close();
    return;
  }
  dialog.removeAttribute("open");
  dialog.dispatchEvent(new Event("close"));
}

export const clock = (at) =>
  new Date(at).toLocaleTimeString("ru-RU", { hour: "2-digit", minute: "2-digit" });

// The dialog that is not open is hidden by our stylesheet where the browser does not know dialogs.
export const isOpen = (dialog) => dialog.hasAttribute("open");

export const shown = (text) => (text === "" ? "пусто" : text);

// Somebody else was first; `answer` is what the server said of it.
export function conflictText({ by, at, text }) {
  return `${by || "Кто-то"} успел(а) раньше${at ? `, в ${at}` : ""}: теперь здесь «${shown(text)}».`;
}
