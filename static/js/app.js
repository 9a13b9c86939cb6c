// What makes the pages comfortable. Everything works without it.
"use strict";

// Times: the server writes UTC; people read local time, ages and running durations.

const pad = (number) => String(number).padStart(2, "0");

function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} m`;
}

function distance(seconds) {
  const size = Math.abs(seconds);
  const near = size < 60 ? `${Math.round(size)} s` : size < 3600 ? `${Math.round(size / 60)} min`
    : size < 172800 ? `${Math.round(size / 3600)} h` : `${Math.round(size / 86400)} days`;
  if (seconds < -5) return `in ${near}`;
  return size < 5 ? "just now" : `${near} ago`;
}

const shows = {
  local: (at) => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())} ${pad(at.getHours())}:${pad(at.getMinutes())}`,
  clock: (at) => `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`,
  ago: (at) => distance((Date.now() - at) / 1000),
  due: (at) => (at - Date.now() < 5000 ? "any moment" : distance((Date.now() - at) / 1000)),
  since: (at) => duration((Date.now() - at) / 1000),
};

function tellTimes(root, kinds = Object.keys(shows)) {
  for (const kind of kinds) {
    for (const time of root.querySelectorAll(`time[data-show="${kind}"]`)) {
      const text = shows[kind](new Date(time.dateTime));
      if (time.textContent !== text) time.textContent = text;
    }
  }
}

tellTimes(document);
setInterval(() => document.hidden || tellTimes(document, ["ago", "due", "since"]), 1000);

// Forms: a double click sends once.

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.target.matches("[data-upload]")) return;
  setTimeout(() => document.querySelectorAll("button").forEach((button) => { if (button.form === event.target) button.disabled = true; }));
});
addEventListener("pageshow", () => document.querySelectorAll("form button[disabled]").forEach((button) => { button.disabled = false; }));
