// The drop zone: files are sent one by one, and each line of the answer tells what became of one. Without this script
// the form sends them all at once.
"use strict";

(() => {
  const LINES = "application/x-ndjson";
  const LOOKS = { ADDED: ["good", "circle-check"], KNOWN: ["idle", "files"], LEFT_OUT: ["idle", "skip-forward"], REFUSED: ["bad", "circle-x"] };
  const SVG = "http://www.w3.org/2000/svg";
  const BROKE = "The connection broke. What is listed was taken in. Send the files again: those that are here are recognised.";
  const REFUSALS = {
    400: "This page is too old. Reload it and send the files again.",
    403: "You may not upload in this team.",
    413: "It is larger than this site accepts.",
  };

  class Stop extends Error {}

  function made(name, { text, ...attributes } = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...(text ? [text] : []), ...children);
    return element;
  }

  function icon(name) {
    const [svg, use] = ["svg", "use"].map((tag) => document.createElementNS(SVG, tag));
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#i-${name}`);
    svg.append(use);
    return svg;
  }

  function row({ name, fate, word, message, paper, run }) {
    const [tone, picture] = LOOKS[fate];
    const links = [run && made("a", { href: run, text: "its run" })].filter(Boolean);
    return made("li", {}, made("span", { class: `state ${tone}` }, icon(picture), word),
      paper ? made("a", { href: paper, text: name }) : made("span", { text: name }),
      made("span", { class: "muted grow", text: message ?? "" }), ...links);
  }

  // Send one file; `told` hears each line of the answer as it comes, `sent` how many bytes have gone.
  const send = (form, file, upload, sent, told) => new Promise((resolve, reject) => {
    const body = new FormData(form);
    body.delete("files");
    if (upload) body.append("upload", upload);
    body.append("files", file);
    const request = new XMLHttpRequest();
    let read = 0;
    const listen = () => {
      for (let end; (end = request.responseText.indexOf("\n", read)) >= 0; read = end + 1) {
        told(JSON.parse(request.responseText.slice(read, end)));
      }
    };
    const isTold = () => request.status === 200 && request.getResponseHeader("Content-Type")?.startsWith(LINES);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", LINES);
    request.upload.addEventListener("progress", (event) => sent(event.loaded));
    request.addEventListener("progress", () => isTold() && listen());
    request.addEventListener("error", () => reject(new Stop(BROKE)));
    request.addEventListener("load", () => {
      if (isTold()) resolve(listen());
      else if (request.status === 413) resolve(told(tooLarge(form, file)));
      else if (request.status === 200) reject(new Stop("You were signed out. Sign in and send the files that are not listed."));
      else reject(new Stop(REFUSALS[request.status] ?? `The upload was refused (${request.status}). Reload the page and try again.`));
    });
    request.send(body);
  });

  const tooLarge = (form, file) => ({
    name: file.name, fate: "REFUSED", word: "refused", message: `${REFUSALS[413]} It takes ${form.dataset.limits}.`,
  });
  const isZip = (file) => /\.zip$/i.test(file.name);
  const isTooLarge = (form, file) => file.size > Number(isZip(file) ? form.dataset.mostAtOnce : form.dataset.most);

  async function sendAll(form, show) {
    const files = [...form.querySelector("input[type=file]").files];
    const total = Math.max(1, files.reduce((sum, file) => sum + file.size, 0));
    let [before, upload, next] = [0, null, null];
    for (const [index, file] of files.entries()) {
      const told = (line) => {
        upload = line.upload ?? upload;
        next = line.next ?? next;
        if (line.fate) show.row(line);
      };
      const sent = (bytes) => show.progress((100 * (before + Math.min(bytes, file.size))) / total, index + 1, files.length, bytes >= file.size);
      if (isTooLarge(form, file)) told(tooLarge(form, file));
      else await send(form, file, upload, sent, told);
      before += file.size;
    }
    return next;
  }

  const ask = (event) => event.preventDefault();

  async function start(form) {
    const [button, bar, told, list] = ["button", "progress", "output", "ol"].map((name) => form.querySelector(name));
    const show = {
      row: (line) => { list.hidden = false; list.append(row(line)); list.scrollTop = list.scrollHeight; },
      progress: (percent, number, of, isSent) => {
        bar.value = percent;
        const which = of > 1 ? `file ${number} of ${of}, ` : "";
        told.textContent = isSent ? `${which}sent; taking it in` : `${which}${Math.floor(percent)} % sent`;
      },
    };
    list.replaceChildren();
    [button.disabled, bar.hidden, list.hidden] = [true, false, true];
    addEventListener("beforeunload", ask);
    let next = null;
    try {
      next = await sendAll(form, show);
      told.textContent = next ? "Done." : "No file was sent.";
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      told.textContent = error.message;
    } finally {
      removeEventListener("beforeunload", ask);
      [button.disabled, bar.hidden] = [false, true];
    }
    if (next) location.assign(next);
  }

  for (const form of document.querySelectorAll("[data-upload]")) {
    const files = form.querySelector("input[type=file]");
    form.addEventListener("dragover", (event) => { event.preventDefault(); form.classList.add("over"); });
    form.addEventListener("dragleave", () => form.classList.remove("over"));
    form.addEventListener("drop", (event) => {
      event.preventDefault();
      form.classList.remove("over");
      files.files = event.dataTransfer.files;
      form.requestSubmit();
    });
    form.addEventListener("submit", (event) => { event.preventDefault(); start(form); });
  }
})();
