// Whether the live parts of the page are kept up to date: said in its own corner while they are not.

function tellConnection(state) {
  const region = document.getElementById("connection");
  if ((region.dataset.told ?? "") === state) return;
  region.dataset.told = state;
  region.replaceChildren(...(state ? [document.getElementById(`connection-${state}`).content.cloneNode(true)] : []));
}

function whenLive(tell) {
  return (event) => {
    if (event.detail.ctx?.sourceElement.getAttribute("hx-trigger")?.startsWith("every")) tell(event.detail.ctx.response?.status);
  };
}

document.addEventListener("htmx:error", whenLive(() => tellConnection("lost")));
document.addEventListener("htmx:after:request", whenLive((status) => tellConnection(status < 400 ? "" : status < 500 ? "refused" : "lost")));
