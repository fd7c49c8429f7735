// Leaving a form marked `data-unsaved` with something typed or ticked and not sent asks first. What
// the page came with is compared, so that taking a change back asks nothing.
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let sent = false;
  const differs = (field) =>
    field.type === "checkbox"
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue;
  const fields = () => [...form.querySelectorAll("input, textarea")];
  form.addEventListener("submit", () => (sent = true));
  addEventListener("pageshow", () => (sent = false)); // Back may bring the page as it was left
  addEventListener("beforeunload", (event) => {
    if (sent || !fields().some(differs)) return;
    event.preventDefault();
    event.returnValue = true; // Chrome before 119, the last for Windows 7 among them, heeds this alone
  });
}
