// Ticks in a list of runs or papers: all of the page at once, how many there are, and a range with the shift key.
"use strict";

(() => {
  const all = document.querySelector("[data-tick-all]");
  const choice = document.querySelector("#chosen select[name=of] option[value=ticked]");
  const noun = document.getElementById("chosen")?.dataset.ticks ?? "run";
  const ticks = `input[form=chosen][name=${noun}]`;
  if (!all) return;
  const boxes = () => [...document.querySelectorAll(ticks)];
  let last = null;

  function tell() {
    const ticked = boxes().filter((box) => box.checked).length;
    choice.textContent = ticked ? `the ${ticked} ticked ${noun}${ticked === 1 ? "" : "s"}` : `the ticked ${noun}s`;
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
    if (!event.target.matches(ticks)) return;
    if (event.shiftKey) tickTo(event.target);
    last = event.target.id;
    choice.selected = true;
    tell();
  });
  document.addEventListener("htmx:after:swap", tell);
  addEventListener("pageshow", tell);
})();
