// A button beside a field that holds something to be taken elsewhere.
"use strict";

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value);
    for (const told of [button.querySelector("span"), button.nextElementSibling]) told.textContent = "Copied";
  });
}
