// Notices of the browser: switched on in the settings, asked for by one tab of all, shown once each.
"use strict";

(() => {
  const SWITCH = "notices", SHOWN = "notices-shown", EVERY_MS = 30000;
  const canShow = "Notification" in window && "locks" in navigator;
  const isOn = () => canShow && Notification.permission === "granted" && localStorage.getItem(SWITCH) === "on";
  const place = document.querySelector("[data-notices]");

  function show(notice) {
    const shown = new Notification(notice.title, { body: notice.body, tag: `papersnitch-${notice.id}` });
    shown.addEventListener("click", () => { window.focus(); location.assign(notice.url); });
  }

  async function look() {
    const answer = await fetch("/notifications/recent");
    if (!answer.ok || answer.redirected) return;
    const { notices } = await answer.json();
    const before = JSON.parse(localStorage.getItem(SHOWN));
    if (before) notices.filter((one) => !before.includes(one.id)).forEach(show);
    localStorage.setItem(SHOWN, JSON.stringify(notices.map((one) => one.id)));
  }

  async function keepLooking() {
    while (isOn()) {
      await look().catch(() => {}); // the server is away: the page itself says so
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  function tell() {
    if (!place || !canShow) return;
    const isDenied = Notification.permission === "denied";
    place.querySelector("span").textContent = isDenied
      ? "This browser was told not to show notices of this site. Its own settings can change that."
      : isOn() ? "This browser shows notices." : "This browser shows no notices.";
    place.querySelector("use").setAttribute("href", isOn() ? "#i-circle-check" : "#i-circle-dashed");
    place.querySelector("button").hidden = isDenied;
    place.querySelector("button").textContent = isOn() ? "Show no notices" : "Show notices";
  }

  const begin = () => isOn() && navigator.locks.request(SWITCH, keepLooking);

  place?.querySelector("button").addEventListener("click", async () => {
    const toOn = !isOn() && (await Notification.requestPermission()) === "granted";
    localStorage.setItem(SWITCH, toOn ? "on" : "off");
    localStorage.removeItem(SHOWN);
    tell();
    begin();
  });
  tell();
  begin();
})();
