// The log: choose a line, go to the next error, keep lines in one row, follow the end. Without this, links do the same.
"use strict";

(() => {
  const log = document.querySelector(".log.page");
  const lineOf = (hash) => document.getElementById(/^#L\d+$/.test(hash) ? hash.slice(1) : "");

  function remember(change) {
    const url = new URL(location);
    change(url);
    history.replaceState(history.state, "", url);
  }

  function remembered(name, isOn) {
    remember((url) => (isOn ? url.searchParams.set(name, "1") : url.searchParams.delete(name)));
  }

  // Lines: `#L123` is on the page, or the server is asked for the page it is on.

  const copier = document.querySelector("[data-copy-line]");

  function choose(line) {
    log.querySelectorAll(".chosen").forEach((other) => other.classList.remove("chosen"));
    line.classList.add("chosen");
    if (copier) copier.hidden = false;
    copier?.querySelector("span").replaceChildren(`Copy link to ${line.id.slice(1)}`);
  }

  function land() {
    const line = lineOf(location.hash);
    if (line) return choose(line);
    const number = /^#L(\d+)$/.exec(location.hash)?.[1];
    const url = new URL(location);
    if (!number || url.searchParams.get("line") === number) return;
    for (const place of ["start", "before", "follow"]) url.searchParams.delete(place);
    url.searchParams.set("line", number);
    location.replace(url);
  }

  addEventListener("hashchange", land);
  land();
  const asked = log?.querySelector(".chosen");
  if (asked) choose(asked);
  if (asked && !location.hash) asked.scrollIntoView({ block: "center" });

  log?.addEventListener("click", (event) => {
    const number = event.target.closest("a.n");
    if (!number || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(number.parentNode);
    remember((url) => { url.hash = number.parentNode.id; });
  });

  copier?.addEventListener("click", async () => {
    const link = log.querySelector(".chosen a.n").href;
    const copied = await navigator.clipboard?.writeText(link).then(() => true, () => false) ?? false;
    copier.querySelector("span").replaceChildren(copied ? "Copied" : link);
  });

  // Errors: those on the page one by one, then the server's next.

  function nextError() {
    const errors = [...log.querySelectorAll("[data-error]")];
    const chosen = log.querySelector(".chosen");
    const from = log.contains(document.activeElement) && document.activeElement !== log ? document.activeElement.closest("li") : chosen;
    const next = errors.find((line) => !from || from.compareDocumentPosition(line) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (!next) return location.assign(onwards((errors.at(-1) ?? log.querySelector("li[id^=L]:last-of-type"))?.id.slice(1)));
    choose(next);
    next.focus();
  }

  function onwards(number) {
    const url = new URL(document.querySelector("[data-next-error]").href);
    if (number) url.searchParams.set("error_after", number);
    return url;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.("input:not([type=checkbox]), select, textarea, dialog")) return;
    if (event.key === "e" && log && document.querySelector("[data-next-error]") && !localStorage.getItem("keys-off")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      nextError();
    }
    if (event.key === "End" && follower) follow(true);
  }, { capture: true });

  // Rows: long lines broken or not, as last chosen here; an address that says so comes first.

  const unbroken = document.querySelector("[data-nowrap]");

  function keepInOneRow(isOn) {
    unbroken.checked = isOn;
    log?.classList.toggle("wrap", !isOn);
  }

  if (unbroken && localStorage.getItem("nowrap")) keepInOneRow(true);
  unbroken?.addEventListener("change", () => {
    keepInOneRow(unbroken.checked);
    remembered("nowrap", unbroken.checked);
    if (unbroken.checked) localStorage.setItem("nowrap", "1");
    else localStorage.removeItem("nowrap");
  });

  // The end: followed until one scrolls up, again from where one comes back to it.

  const follower = document.querySelector("[data-follow]");
  const page = document.documentElement;
  const isAtEnd = () => page.scrollHeight - innerHeight - scrollY < 4;
  let wasAt = scrollY;
  let isLeft = false;

  function follow(isOn) {
    if (!document.getElementById("tail")) return;
    follower.checked = isOn;
    isLeft = false;
    remembered("follow", isOn);
    if (isOn) toEnd();
  }

  function toEnd() {
    scrollTo({ top: page.scrollHeight, behavior: "instant" });
    wasAt = scrollY;
  }

  if (!follower) return;
  follower.closest("label").hidden = false;
  follower.addEventListener("change", () => follow(follower.checked));
  addEventListener("scroll", () => {
    const isUp = scrollY < wasAt - 2;
    wasAt = scrollY;
    if (follower.checked && isUp && !isAtEnd()) {
      follow(false);
      isLeft = true;
    } else if (isLeft && isAtEnd()) follow(true);
  }, { passive: true });
  document.addEventListener("htmx:after:swap", () => {
    const tail = document.getElementById("tail");
    const onward = tail?.querySelector("[data-onward]");
    if (follower.checked && onward) location.replace(`${onward.href}${onward.search ? "&" : "?"}follow=1`);
    else if (follower.checked) toEnd();
    if (tail && !tail.hasAttribute("hx-get")) follower.closest("label").hidden = true;
  });
  if (new URLSearchParams(location.search).has("follow")) follow(true);
})();
