// The paper page: a criterion shows its place, a place shows its criterion. Without this, links do the same.
const marksOf = (key) => [...document.querySelectorAll(".spot")].filter((mark) => mark.dataset.criteria.split(" ").includes(key));
const criterionOf = (key) => document.getElementById(`c-${key}`);
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

function flash(element) {
  element.classList.remove("flash");
  void element.getBoundingClientRect(); // so that the same box can flash again
  element.classList.add("flash");
}

function show(element, block) {
  element.scrollIntoView({ block, behavior: isCalm.matches ? "auto" : "smooth" });
  flash(element);
}

// Which criterion is chosen: its box on the pages, its details open, its address in the bar.

function choose(key) {
  document.querySelectorAll(".spot.chosen").forEach((mark) => mark.classList.remove("chosen"));
  for (const mark of marksOf(key)) {
    mark.classList.add("chosen");
    mark.parentNode.append(mark); // on top of those it overlaps
  }
  for (const other of document.querySelectorAll(".criterion")) other.open = other.dataset.key === key;
}

function remember(link) {
  history.replaceState(null, "", link);
}

function follow(mark) {
  const keys = mark.dataset.criteria.split(" ");
  const open = document.querySelector(".criterion[open]")?.dataset.key;
  const key = keys[(keys.indexOf(open) + 1) % keys.length];
  choose(key);
  flash(mark);
  const criterion = criterionOf(key);
  show(criterion, "nearest");
  criterion.querySelector("summary").focus({ preventScroll: true });
  const link = criterion.querySelector("[data-mark]");
  if (link) remember(link.href);
}

function lead(link) {
  const criterion = link.closest(".criterion");
  choose(criterion.dataset.key);
  remember(link.href);
  const place = document.getElementById(link.dataset.mark);
  if (place) show(place, place.matches(".spot") ? "center" : "start");
}

// Words lie above the boxes so that they can be selected: a click that selects nothing is one on the box below.

const markAt = (event) => document.elementsFromPoint(event.clientX, event.clientY).find((one) => one.closest(".spot"))?.closest(".spot");

function markUnder(event) {
  if (!event.target.closest(".words")) return event.target.closest(".spot");
  return getSelection().isCollapsed ? markAt(event) : null;
}

document.addEventListener("mousemove", (event) => {
  const words = event.target.closest?.(".words");
  const mark = words && markAt(event);
  for (const other of document.querySelectorAll(".spot.under")) if (other !== mark) other.classList.remove("under");
  words?.classList.toggle("over-mark", Boolean(mark));
  if (!mark) return words?.removeAttribute("title");
  mark.classList.add("under");
  words.title = mark.querySelector("title").textContent;
}, { passive: true });

document.addEventListener("click", (event) => {
  if (event.detail > 1 || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const mark = markUnder(event);
  const link = event.target.closest("[data-mark], [data-criterion]");
  const summary = event.target.closest(".criterion > summary");
  if (mark) follow(mark);
  else if (link?.dataset.mark) lead(link);
  else if (link) open(criterionOf(link.dataset.criterion));
  else if (summary && !summary.parentNode.open) open(summary.parentNode);
  else return;
  event.preventDefault();
});

function open(criterion) {
  const first = criterion.querySelector("[data-mark]");
  if (first && matchMedia("(min-width: 900px)").matches) lead(first);
  else choose(criterion.dataset.key);
  show(criterion, "nearest");
  criterion.querySelector("summary").focus({ preventScroll: true });
}

