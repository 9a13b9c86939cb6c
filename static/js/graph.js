// Graphs larger than their box begin where something broke or runs, else at the middle of their top.
"use strict";

for (const box of document.querySelectorAll(".dag")) {
  const [frame, target] = [box.getBoundingClientRect(), box.querySelector(".node.bad") ?? box.querySelector(".node.busy")];
  const place = target?.getBoundingClientRect();
  const middle = place ? place.left + place.width / 2 - frame.left : box.scrollWidth / 2;
  box.scrollLeft = middle - box.clientWidth / 2;
  if (place) box.scrollTop = place.top + place.height / 2 - frame.top - box.clientHeight / 2;
}
