// A call with JavaScript: the list follows what is typed, an answer opens beside it, the address tells where one is.
// The server makes both parts and decides what a line means.

/** @typedef {Record<string, string>} Query */

const WAIT = 60;
const SLOW = 1500;
const LONGEST = 10_000;
const IN_ADDRESS = ["q", "ars", "id", "office", "lang"];

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function one(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`no #${id}`);
  return found;
}

export const words = one("content", HTMLElement).dataset;
export const form = one("call", HTMLFormElement);
export const line = one("line", HTMLInputElement);
export const place = one("place", HTMLInputElement);
export const list = one("list", HTMLElement);
export const answer = one("answer", HTMLElement);

/** @type {Record<string, AbortController>} */
const asking = {};
const lang = new URLSearchParams(location.search).get("lang") ?? "";
let kept = answer.querySelector("#card")?.getAttribute("data-ars") ?? new URLSearchParams(location.search).get("ars") ?? "";
let at = -1;
let timer = 0;
let asked = 0;
let looking = false;
let stale = false;
let entered = false;

/** @param {string} text */
function trouble(text) {
  one("trouble", HTMLElement).textContent = text;
}

/** @param {string} text said and shown for a moment */
export function note(text) {
  const told = one("note", HTMLElement);
  told.textContent = text;
  window.setTimeout(() => told.textContent === text && (told.textContent = ""), 4000);
}

/**
 * @param {Response} response
 * @returns {Promise<string>} what the server says of its error
 */
async function told(response) {
  if (response.status === 401 || response.status === 403) return words.expired ?? "";
  const problem = await response.json().catch(() => ({}));
  return problem.detail ?? words.failed ?? "";
}

/**
 * One part of the page; what was asked before is no longer waited for.
 * @param {"list" | "answer"} name
 * @param {Query} query
 * @param {string} [purpose] what is no longer waited for
 * @returns {Promise<DocumentFragment | null>} nothing where the server fails, which is said, or where a newer one is asked
 */
async function part(name, query, purpose = name) {
  asking[purpose]?.abort();
  const control = (asking[purpose] = new AbortController());
  const slow = window.setTimeout(() => trouble(words.slow ?? ""), SLOW);
  const end = window.setTimeout(() => control.abort("slow"), LONGEST);
  const filled = Object.entries({ ...query, lang }).filter(([name, value]) => value !== "" || name === "place");
  try {
    const address = `/115/${name}?${new URLSearchParams(filled)}`;
    const response = await fetch(address, { signal: control.signal, headers: { Accept: "application/json" } });
    if (!response.ok) {
      trouble(await told(response));
      return null;
    }
    const made = document.createRange().createContextualFragment(await response.text());
    trouble("");
    return made;
  } catch {
    if (!control.signal.aborted || control.signal.reason === "slow") trouble(words.failed ?? "");
    return null;
  } finally {
    window.clearTimeout(slow);
    window.clearTimeout(end);
  }
}

/**
 * @param {Query} query
 * @param {boolean} step whether the back button leads to what was there before
 */
function show(query, step) {
  const own = Object.entries({ lang, ...query }).filter(([name, value]) => IN_ADDRESS.includes(name) && value);
  const address = `/115${own.length ? "?" : ""}${new URLSearchParams(own)}`;
  if (address === location.pathname + location.search) return;
  if (step) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
}

// The list: an editable combobox whose listbox stays open

/** @returns {HTMLElement[]} */
function options() {
  return [...list.querySelectorAll("#options > li")].filter((item) => item instanceof HTMLElement);
}

/** Marks the option whose answer is open. */
function pair() {
  const card = answer.querySelector("#card");
  const open = card?.getAttribute("data-id") ?? card?.getAttribute("data-office");
  for (const item of options()) {
    const query = new URLSearchParams(item.dataset.href);
    item.toggleAttribute("data-open", !!open && (query.get("id") ?? query.get("office")) === open);
  }
}

/** Makes options of the links. */
function dress() {
  const found = options();
  for (const [number, item] of found.entries()) {
    const link = item.querySelector("a");
    if (!link) continue;
    const text = document.createElement("span");
    text.className = "console-option";
    text.append(...link.childNodes);
    item.dataset.href = link.search;
    if ("place" in link.dataset) item.dataset.place = "";
    link.replaceWith(text);
    item.id = `option-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
  }
  pair();
  const box = list.querySelector("#options");
  box?.setAttribute("role", "listbox");
  box?.setAttribute("aria-label", list.getAttribute("aria-label") ?? "");
  at = -1;
  line.removeAttribute("aria-activedescendant");
  line.setAttribute("aria-expanded", String(found.length > 0));
}

/** @param {number} to */
export function mark(to) {
  const found = options();
  found[at]?.setAttribute("aria-selected", "false");
  at = found.length ? (to + found.length) % found.length : -1;
  const item = found[at];
  if (!item) return line.removeAttribute("aria-activedescendant");
  item.setAttribute("aria-selected", "true");
  item.scrollIntoView({ block: "nearest" });
  line.setAttribute("aria-activedescendant", item.id);
}

/**
 * @param {Query} [more]
 * @returns {Promise<DOMStringMap | null>} how the server has read the line
 */
export async function look(more = {}) {
  window.clearTimeout(timer);
  looking = true;
  const mine = (asked += 1);
  const made = await part("list", { q: line.value, ars: kept, ...more });
  if (mine !== asked) return null;
  looking = false;
  stale = !made;
  if (!made) {
    entered = false;
    return null;
  }
  list.replaceChildren(made);
  dress();
  const read = list.querySelector("[data-said]");
  const found = read instanceof HTMLElement ? read.dataset : {};
  one("said", HTMLElement).textContent = found.said ?? "";
  if (document.activeElement !== place) place.value = found.place ?? "";
  surround(found.ars ?? "");
  if (entered) {
    entered = false;
    enter();
  }
  return found;
}

/**
 * What there is at a place while nothing else is shown.
 * @param {string} ars
 */
async function surround(ars) {
  const before = answer.querySelector(".console-empty");
  if (!(before instanceof HTMLElement) || before.dataset.ars === ars) return;
  before.dataset.ars = ars;
  const made = await part("answer", { ars }, "place");
  if (made && answer.contains(before)) before.replaceWith(made);
}

/** A key was pressed: what is on its way is no longer wanted, and the list is asked for when no other key follows. */
export function typing() {
  window.clearTimeout(timer);
  asking.list?.abort();
  asked += 1;
  looking = true;
  timer = window.setTimeout(typed, WAIT);
}

export async function typed() {
  const text = line.value;
  const found = await look();
  if (found && line.value === text) show({ q: text, ars: found.ars ?? "" }, false);
}

/** Opens what is chosen, or the first that was found; of several places none is guessed. */
export function enter() {
  const found = options();
  const first = found.findIndex((item) => !("place" in item.dataset));
  if (looking || stale) {
    entered = true;
    if (!looking) typed();
  } else if (at >= 0) choose(at);
  else if (!line.value.trim()) return;
  else if (!found.length) look({ asked: "true" });
  else if (found.length - (first < 0 ? 0 : found.length - first) > 1) mark(0);
  else choose(0);
}

/** @param {number} number */
export async function choose(number) {
  const item = options()[number];
  if (!item) return;
  const query = Object.fromEntries(new URLSearchParams(item.dataset.href));
  if (!("place" in item.dataset)) return void open(query, true);
  line.value = query.q ?? "";
  await settle(query.ars ?? "");
}

/** @param {string} ars the place that stays for the call; an answer that is open is asked for anew */
async function settle(ars) {
  kept = ars;
  const id = answer.querySelector("#card")?.getAttribute("data-id");
  await look();
  if (id) await open({ q: line.value, ars, id }, true);
  else show({ q: line.value, ars }, false);
  line.focus();
}

/** Reads the field of the place; what the line names no longer counts. */
export async function moved() {
  const read = list.querySelector("[data-said]");
  const hidden = form.querySelector("input[name=ars]");
  if (read instanceof HTMLElement && read.dataset.line === line.value) line.value = read.dataset.concern ?? line.value;
  const found = await look({ place: place.value, ars: hidden instanceof HTMLInputElement ? hidden.value : "" });
  if (!found) return;
  hidden?.remove();
  await settle(found.ars ?? "");
}

// The answer

/**
 * @param {Query} query
 * @param {boolean} step
 */
export async function open(query, step) {
  const made = await part("answer", query);
  if (!made) return;
  answer.replaceChildren(made);
  const card = answer.querySelector("#card");
  if (!(card instanceof HTMLElement)) return;
  const { ars = "", line: read = "", place: at = "", id = "", office = "" } = card.dataset;
  kept = ars;
  show({ q: read, ars, id, office }, step);
  if (line.value !== read || place.value !== at) {
    line.value = read;
    await look();
  }
  pair();
  face(card.querySelector("h2"));
}

/**
 * Lets an answer be read from its beginning.
 * @param {HTMLElement | null} title
 */
function face(title) {
  title?.focus({ preventScroll: true });
  const top = title?.getBoundingClientRect().top ?? 0;
  if (top < 0 || top > window.innerHeight / 2) title?.scrollIntoView({ block: "start" });
}

/** Takes the answer away. */
function clear() {
  const nothing = document.createElement("div");
  nothing.className = "console-empty";
  nothing.dataset.ars = "";
  const text = document.createElement("p");
  text.className = "kern-body kern-body--muted";
  text.textContent = words.empty ?? "";
  nothing.append(text);
  answer.replaceChildren(nothing);
}

/** The next call: everything empty. */
export function next() {
  for (const control of Object.values(asking)) control.abort();
  line.value = place.value = kept = "";
  form.querySelector("input[name=ars]")?.remove();
  clear();
  trouble("");
  show({}, true);
  line.focus();
  return look();
}


/** Shows what the address says, as after the back button. */
export async function restore() {
  const query = Object.fromEntries(new URLSearchParams(location.search));
  line.value = query.q ?? "";
  kept = query.ars ?? "";
  if (query.id || query.office) return open(query, false);
  clear();
  await look();
}

/** The keys that the field of the line takes. @param {KeyboardEvent} event */
export function pressed(event) {
  if (event.key === "ArrowDown") mark(at + 1);
  else if (event.key === "ArrowUp") mark(at < 0 ? -1 : at - 1);
  else if (event.key === "Enter") enter();
  else if (event.key === "Escape") mark(-1);
  else return;
  event.preventDefault();
}

line.setAttribute("role", "combobox");
line.setAttribute("aria-autocomplete", "list");
line.setAttribute("aria-controls", "options");
dress();
