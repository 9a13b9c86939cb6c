// Ticks in the list of runs: all of the page at once, how many there are, and a range with the shift key.
"use strict";

(() => {
  const all = document.querySelector("[data-tick-all]");
  const choice = document.querySelector("#chosen select[name=of] option[value=ticked]");
  if (!all) return;
  const boxes = () => [...document.querySelectorAll("input[form=chosen][name=run]")];
  let last = null;

  function tell() {
    const ticked = boxes().filter((box) => box.checked).length;
    choice.textContent = ticked ? `the ${ticked} ticked run${ticked === 1 ? "" : "s"}` : "the ticked runs";
    all.textContent = ticked && ticked === boxes().length ? "Untick all" : "Tick this page";
  }

  function tickTo(box) {
    const [from, to] = [boxes().findIndex((one) => one.id === last), boxes().indexOf(box)].sort((a, b) => a - b);
    if (from >= 0) boxes().slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
  }

  all.hidden = false;
  all.addEventListener("click", () => {
    const every = boxes().every((box) => box.checked);
    boxes().forEach((box) => { box.checked = !every; });
    choice.selected = true;
    tell();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.matches("input[form=chosen][name=run]")) return;
    if (event.shiftKey) tickTo(event.target);
    last = event.target.id;
    choice.selected = true;
    tell();
  });
  document.addEventListener("htmx:after:swap", tell);
  addEventListener("pageshow", tell);
})();
