// The console with JavaScript: the keys of the overview, texts to copy, reports. The call itself is in call.js.

import { answer, choose, form, line, list, moved, next, note, one, open, place, pressed, restore, typed, typing, words } from "./call.js";

const LONGEST = 10_000;
const KEYS_OFF = "busdb-115-keys=off";
const help = one("help", HTMLDialogElement);
const report = one("report", HTMLDialogElement);
const single = one("single", HTMLInputElement);

/** @param {string} name of the text, which is marked where it cannot be copied */
async function copy(name) {
  const text = document.getElementById(`${name}-text`);
  if (!(text instanceof HTMLTextAreaElement)) return note(words.empty ?? "");
  try {
    await navigator.clipboard.writeText(text.value);
    note(words.copied ?? "");
  } catch {
    text.closest("details")?.setAttribute("open", "");
    text.focus();
    text.select();
    note(words.select ?? "");
  }
}

/** @param {string} digit */
function section(digit) {
  const title = document.getElementById(`title-${digit}`);
  if (!title) return;
  for (const folded of title.parentElement?.querySelectorAll(".console-rest details") ?? []) folded.setAttribute("open", "");
  title.focus({ preventScroll: true });
  title.scrollIntoView({ block: "start" });
}

// Reports

function complain() {
  const card = answer.querySelector("#card");
  one("report-about", HTMLElement).textContent = card instanceof HTMLElement ? (card.dataset.name ?? "") : "";
  one("report-trouble", HTMLElement).textContent = "";
  report.showModal();
}

/** @param {HTMLFormElement} filled */
async function send(filled) {
  const card = answer.querySelector("#card");
  const about = card instanceof HTMLElement ? { service: card.dataset.id, authority: card.dataset.office, ars: card.dataset.ars || undefined } : {};
  const text = one("report-text", HTMLTextAreaElement);
  const failed = one("report-trouble", HTMLElement);
  try {
    const response = await fetch(filled.action, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...about, text: text.value }),
      signal: AbortSignal.timeout(LONGEST),
    });
    if (!response.ok) {
      failed.textContent = (await response.json().catch(() => ({}))).detail ?? filled.dataset.failed ?? "";
      return;
    }
    text.value = "";
    report.close();
    note(filled.dataset.done ?? "");
  } catch {
    failed.textContent = filled.dataset.failed ?? "";
  }
}

// Keys

/** @param {HTMLInputElement} field */
function focus(field) {
  field.focus();
  field.select();
}

/** @type {Record<string, () => void>} */
const ALWAYS = { F2: () => focus(line), F3: () => focus(place) };
/** @type {Record<string, () => void>} */
const WITH_ALT = { c: () => copy("copy"), w: () => copy("handover"), n: next, m: complain };
/** @type {Record<string, () => void>} */
const SINGLE = { "/": () => focus(line), "?": () => help.showModal(), Escape: () => focus(line) };

/**
 * What a key does outside of fields; single keys can be switched off.
 * @param {string} key
 * @returns {(() => void) | undefined}
 */
function lone(key) {
  if (key !== "Escape" && !single.checked) return undefined;
  return /^[1-9]$/.test(key) ? () => section(key) : SINGLE[key];
}

/**
 * What a key does where it is pressed; nothing while a window is open.
 * @param {KeyboardEvent} event
 * @returns {(() => void) | undefined}
 */
function meant({ key, code, target, altKey, ctrlKey, metaKey }) {
  if (help.open || report.open || ctrlKey || metaKey) return undefined;
  if (altKey) return WITH_ALT[/^[a-z]$/i.test(key) ? key.toLowerCase() : code.replace("Key", "").toLowerCase()];
  const field = target instanceof Element ? target.closest("input, select, textarea:not([readonly])") : null;
  if (key in ALWAYS) return ALWAYS[key];
  return field && (key !== "Escape" || form.contains(field)) ? undefined : lone(key);
}

document.addEventListener("keydown", (event) => {
  const act = event.defaultPrevented ? undefined : meant(event);
  if (!act) return;
  event.preventDefault();
  act();
});

// Fields, links and forms

line.addEventListener("keydown", pressed);
line.addEventListener("input", typing);
place.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) focus(line);
});
form.addEventListener("keydown", (event) => {
  if (event.target === place && event.key === "Enter" && event.defaultPrevented) moved();
});
form.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("#place-options")) moved();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (document.activeElement === place) moved();
  else typed();
});

list.addEventListener("pointerdown", (event) => {
  if (event.target instanceof Element && event.target.closest("#options")) event.preventDefault();
});
list.addEventListener("click", (event) => {
  const item = event.target instanceof Element ? event.target.closest("#options > li") : null;
  if (item) choose([...(item.parentElement?.children ?? [])].indexOf(item));
});

/** @param {MouseEvent} event */
function follow(event) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.id === "report-link") complain();
  else if (link.id === "new") next();
  else if (link.pathname === "/115" && link.host === location.host && answer.contains(link)) {
    open(Object.fromEntries(new URLSearchParams(link.search)), true);
  } else return;
  event.preventDefault();
}

document.addEventListener("click", follow);
answer.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
  if (button) copy(button.getAttribute("data-copy") ?? "");
});
answer.addEventListener("submit", (event) => {
  if (!(event.target instanceof HTMLFormElement)) return;
  event.preventDefault();
  const filled = [...new FormData(event.target)].map(([name, value]) => [name, String(value)]);
  open(Object.fromEntries(filled.filter(([, value]) => value !== "")), true);
});

for (const button of document.querySelectorAll("[data-window]")) {
  button.removeAttribute("hidden");
  button.addEventListener("click", () => (button.getAttribute("data-window") === "help" ? help.showModal() : report.close()));
}
one("report-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  send(one("report-form", HTMLFormElement));
});

single.checked = !document.cookie.includes(KEYS_OFF);
single.addEventListener("change", () => {
  const age = single.checked ? 0 : 31_536_000;
  document.cookie = `${KEYS_OFF}; path=/115; max-age=${age}; samesite=strict`;
});

window.addEventListener("popstate", restore);
const opened = answer.querySelector("#card h2");
if (opened instanceof HTMLElement) opened.focus();
else focus(line);
