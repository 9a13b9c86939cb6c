// Keys: each works where the page has something for it, and `?` lists those that do.

const keyboard = document.getElementById("keys");
const OFF = "keys-off";

// What is meant: that of the row or card one is in, else the page's first.
const nearest = (selector) => document.activeElement?.closest("li, tr, article")?.querySelector(selector)
  ?? document.activeElement?.closest("article")?.querySelector(selector) ?? document.querySelector(selector);

function step(by) {
  const all = [...document.querySelectorAll("a[data-row]")];
  const at = all.indexOf(document.activeElement?.closest("li, tr")?.querySelector("a[data-row]"));
  all[Math.min(all.length - 1, Math.max(0, at + by))].focus();
}

function nextError() {
  const all = [...document.querySelectorAll("[data-error]")];
  all[(all.indexOf(document.activeElement) + 1) % all.length].focus();
}

const follow = (selector) => [selector, () => nearest(selector).click()];

// Key -> what the page must have for it, and what it does.
const keys = {
  "/": [".find input", () => document.querySelector(".find input").focus()],
  j: ["a[data-row]", () => step(1)],
  k: ["a[data-row]", () => step(-1)],
  e: ["[data-error]", nextError],
  l: follow("a[data-log]"),
  f: follow("[data-follow]"),
  r: follow("a[data-retry]"),
  "[": follow("a[rel=prev]"),
  "]": follow("a[rel=next]"),
  "?": ["#keys", showKeys],
};

const works = (key) => Object.hasOwn(keys, key) && document.querySelector(keys[key][0]) !== null;

function showKeys() {
  for (const entry of keyboard.querySelectorAll("[data-key]")) entry.hidden = !works(entry.dataset.key);
  keyboard.querySelector("[data-keys-on]").checked = !localStorage.getItem(OFF);
  keyboard.showModal();
}

const IS_TYPING = "input:not([type=checkbox], [type=radio]), select, textarea, dialog";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || localStorage.getItem(OFF)) return;
  if (event.target.closest?.(IS_TYPING) || !works(event.key)) return;
  event.preventDefault();
  keys[event.key][1]();
});

keyboard.addEventListener("change", (event) => (event.target.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
for (const opener of document.querySelectorAll("[data-keys]")) {
  opener.hidden = false;
  opener.addEventListener("click", showKeys);
}
