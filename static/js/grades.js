// The page of grades: Enter and the arrows walk down a column as in a spreadsheet; a button fills
// empty fields with what is suggested. Saving stays the person's.
const form = document.getElementById("grades");
const bar = form?.querySelector(".bar");
if (bar) {
  const fields = () => [...form.querySelectorAll("input[data-suggestion]")];

  // On a narrow screen the column to be filled in is brought beside the names.
  const box = form.querySelector(".scroll");
  const first = fields()[0].closest("td");
  box.scrollLeft = first.offsetLeft + first.offsetWidth - box.clientWidth;

  const fill = document.createElement("button");
  fill.type = "button";
  fill.textContent = "Подставить предложенные";
  fill.addEventListener("click", () => {
    const empty = fields().filter((field) => !field.value.trim() && field.dataset.suggestion);
    for (const field of empty) {
      field.value = field.dataset.suggestion;
      field.dispatchEvent(new Event("input", { bubbles: true })); // kept like what is typed
    }
    bar.querySelector(".state").textContent = empty.length
      ? `Подставлено: ${empty.length}. Проверьте и сохраните.`
      : "Пустых клеток с предложенной оценкой нет.";
  });
  bar.querySelector("button").after(fill);
  bar.querySelector(".state").setAttribute("role", "status");

  form.addEventListener("keydown", (event) => {
    const steps = { Enter: event.shiftKey ? -1 : 1, ArrowDown: 1, ArrowUp: -1 };
    const field = event.target;
    if (!(event.key in steps) || !field.matches("input[data-suggestion]")) return;
    const column = field.name.split("-")[0];
    const below = fields().filter((one) => one.name.startsWith(`${column}-`));
    const next = below[below.indexOf(field) + steps[event.key]];
    event.preventDefault();
    if (next) {
      next.focus();
      next.select();
    } else if (event.key === "Enter" && !event.shiftKey) {
      bar.querySelector("button").focus(); // past the last pupil the next Enter saves
    }
  });
}
