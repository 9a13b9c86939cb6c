// Live regions: what polls itself up to date, under the eyes and hands of whoever reads the page.

const isPoll = (source) => source?.getAttribute("hx-trigger")?.startsWith("every");

// No requests from hidden tabs.

document.addEventListener("htmx:config:request", (event) => {
  if (document.hidden && isPoll(event.detail.ctx.sourceElement)) event.preventDefault();
});

// Times are told before they come in, so that one that was marked stays marked. What one has the focus on stays where
// it is on the screen, whatever comes or goes above it.

let held = null;

document.addEventListener("htmx:before:swap", (event) => {
  event.detail.tasks.forEach((task) => tellTimes(task.fragment));
  const own = document.activeElement;
  const top = own.getBoundingClientRect().top;
  held = own.closest("main [hx-get]") && top >= 0 && top < innerHeight ? { own, top } : null;
});

document.addEventListener("htmx:after:swap", () => {
  markChanges();
  if (held?.own === document.activeElement) scrollBy({ top: held.own.getBoundingClientRect().top - held.top, behavior: "instant" });
});

// A row whose state changed is tinted for a moment.

const states = new Map();

function markChanges() {
  for (const row of document.querySelectorAll("[data-state]")) {
    const before = states.get(row.id);
    states.set(row.id, row.dataset.state);
    if (before === undefined || before === row.dataset.state) continue;
    row.classList.add("changed");
    setTimeout(() => row.classList.remove("changed"), 500);
  }
}

markChanges();

// Whether the site still answers: said in a corner of its own while it does not.

function tellConnection(state) {
  const region = document.getElementById("connection");
  if ((region.dataset.told ?? "") === state) return;
  region.dataset.told = state;
  region.replaceChildren(...(state ? [document.getElementById(`connection-${state}`).content.cloneNode(true)] : []));
}

const whenPolled = (tell) => (event) => isPoll(event.detail.ctx?.sourceElement) && tell(event.detail.ctx.response?.status);

document.addEventListener("htmx:error", whenPolled(() => tellConnection("lost")));
document.addEventListener("htmx:after:request", whenPolled((status) => tellConnection(status < 400 ? "" : status < 500 ? "refused" : "lost")));
