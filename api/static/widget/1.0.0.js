// Completes what is typed into a field: the editable combobox of the WAI-ARIA authoring practices, with a listbox.
// A field says by data-complete what it is about: areas, services by name, or whatever can be searched for (suggest).
// What is chosen by a key is sent along in a hidden field beside the name. Without this script the field is plain.

/** @typedef {{text: string, more: string, key?: string}} Option */
/** @typedef {(text: string, signal: AbortSignal, field: HTMLInputElement) => Promise<Option[]>} Find */
/** @typedef {{name: string, kind: string, ars: string | null, code: string, parents: {name: string, kind: string}[]}} Area */

const WAIT = 120;
const LONGEST = 8;
const TELLING = ["association", "district"];

/**
 * @param {string} path
 * @param {Record<string, string>} parameters
 * @param {AbortSignal} signal
 * @param {HTMLInputElement} field whose form says by its action which server is asked, also in pages of other sites
 * @returns {Promise<any[]>} the items of an answer; none where it is an error
 */
async function ask(path, parameters, signal, field) {
  const lang = field.closest("[lang]")?.getAttribute("lang") ?? "de";
  const query = new URLSearchParams({ ...parameters, limit: String(LONGEST), lang });
  const response = await fetch(new URL(`${path}?${query}`, field.form?.action), { signal, credentials: "omit" });
  return response.ok ? (await response.json()).items : [];
}

/**
 * @param {HTMLInputElement} field
 * @param {string} name
 * @returns {HTMLInputElement | null} a hidden field of the same form
 */
function hidden(field, name) {
  return field.form?.querySelector(`input[type=hidden][name=${name}]`) ?? null;
}

/**
 * @param {string} text
 * @param {AbortSignal} signal
 * @param {HTMLInputElement} field
 * @returns {Promise<{text: string, kind: string, id: string}[]>}
 */
function completions(text, signal, field) {
  const ars = hidden(field, "ars")?.value;
  return ask("/api/v1/suggest", ars ? { q: text, ars } : { q: text }, signal, field);
}

/** The hidden fields in which keys are sent along. */
const KEYS = /** @type {Record<string, string>} */ ({ areas: "ars", services: "service" });

/** @type {Record<string, Find>} */
const SOURCES = {
  async areas(text, signal, field) {
    /** @type {Area[]} */
    const found = await ask("/api/v1/areas", { q: text }, signal, field);
    return found.map((one) => ({
      text: one.name,
      more: one.parents.filter((parent) => TELLING.includes(parent.kind)).map((parent) => parent.name).join(", "),
      key: one.ars ?? one.code,
    }));
  },

  async suggest(text, signal, field) {
    const found = await completions(text, signal, field);
    return found.filter((one) => one.kind !== "place").map((one) => ({ text: one.text, more: "" }));
  },

  async services(text, signal, field) {
    const found = await completions(text, signal, field);
    return found.filter((one) => one.kind === "service").map((one) => ({ text: one.text, more: "", key: one.id }));
  },
};

class Combobox {
  /**
   * @param {HTMLInputElement} field
   * @param {Find} find
   */
  constructor(field, find) {
    this.field = field;
    this.find = find;
    /** @type {Option[]} */
    this.options = [];
    this.at = -1;
    this.timer = 0;
    this.asking = new AbortController();
    this.list = document.createElement("ul");
    this.status = document.createElement("div");
    this.build();
    this.listen();
  }

  build() {
    const { field, list, status } = this;
    list.id = `${field.id}-options`;
    list.className = "busdb-options";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.dataset.list ?? "");
    status.className = "kern-sr-only";
    status.setAttribute("role", "status");
    field.after(list, status);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", list.id);
  }

  listen() {
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    this.field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const item = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      if (item) this.choose([...this.list.children].indexOf(item));
    });
  }

  typed() {
    this.stop();
    const text = this.field.value.trim();
    if (text.length < 2) {
      this.close();
      return;
    }
    this.timer = window.setTimeout(() => this.look(text), WAIT);
  }

  /** @param {string} text */
  async look(text) {
    this.asking = new AbortController();
    try {
      this.show(await this.find(text, this.asking.signal, this.field));
    } catch {
      this.close();
    }
  }

  /** @param {Option[]} options */
  show(options) {
    this.options = options;
    this.at = -1;
    this.list.replaceChildren(...options.map((option, at) => this.item(option, at)));
    const open = options.length > 0 && this.field.matches(":focus");
    this.list.hidden = !open;
    this.field.setAttribute("aria-expanded", String(open));
    this.field.removeAttribute("aria-activedescendant");
    const { found = "", none = "" } = this.field.dataset;
    this.status.textContent = open ? found.replace("{count}", String(options.length)) : none;
  }

  /**
   * @param {Option} option
   * @param {number} at
   */
  item(option, at) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${at}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.textContent = option.text;
    if (option.more) {
      const more = document.createElement("small");
      more.textContent = ` ${option.more}`;
      item.append(more);
    }
    return item;
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const open = !this.list.hidden;
    if (event.key === "ArrowDown" && !open) {
      this.typed();
    } else if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.step(event.key === "ArrowDown" ? 1 : -1);
    } else if (open && event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      this.choose(this.at);
    } else if (open && event.key === "Escape") {
      event.preventDefault();
      this.close();
    }
  }

  /** @param {1 | -1} by */
  step(by) {
    const count = this.options.length;
    const start = this.at < 0 && by < 0 ? 0 : this.at;
    this.list.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = (start + by + count) % count;
    const item = this.list.children[this.at];
    if (!item) return;
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", item.id);
  }

  /** @param {number} at */
  choose(at) {
    const option = this.options[at];
    if (!option) return;
    this.field.value = option.text;
    if (option.key) this.remember(option.key);
    this.close();
    this.field.focus();
    this.field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /**
   * Sends a place or a service along by its key, so that names that several bear are clear.
   * @param {string} key
   */
  remember(key) {
    const name = KEYS[this.field.dataset.complete ?? ""] ?? "";
    const kept = hidden(this.field, name) ?? document.createElement("input");
    kept.type = "hidden";
    kept.name = name;
    kept.value = key;
    this.field.form?.append(kept);
  }

  stop() {
    window.clearTimeout(this.timer);
    this.asking.abort();
  }

  close() {
    this.stop();
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    this.status.textContent = "";
  }
}

/**
 * Lets all fields below a node complete what is typed.
 * @param {ParentNode} root
 */
function complete(root) {
  /** @type {NodeListOf<HTMLInputElement>} */
  const fields = root.querySelectorAll("input[data-complete]");
  for (const field of fields) {
    const find = SOURCES[field.dataset.complete ?? ""];
    if (find) new Combobox(field, find);
  }
}

// The element <zufi-finder>: services and offices of the administration in any page. See docs/embedding.md.
// It shows the fragments of /embed/v1 of the server it comes from, keeps nothing, and asks nobody else.

const HERE = new URL("./", import.meta.url);
const TIMEOUT = 8000;
/** Attributes that go with every view, and those that only say what is shown first. */
const ALWAYS = ["ars", "place", "heading-level", "scope"];
const FIRST = ["service", "life-event", "authority", "q"];
/** Which elements a page may style by ::part. */
const PARTS = { title: ".zufi-title", heading: "h2, h3, h4, h5, h6", link: "a", button: ".kern-btn", input: "input", card: ".kern-card", alert: ".kern-alert" };
/** Said where the server cannot say it; the same sentences as in the catalogue, which a test compares. */
const WORDS = {
  de: {
    loading: "Wird geladen",
    failed: "Der Zuständigkeitsfinder ist gerade nicht erreichbar.",
    stale: "Der Zuständigkeitsfinder ist gerade nicht erreichbar; dies ist die zuletzt geladene Auskunft.",
    again: "Erneut versuchen",
    call: "Hilfe am Telefon:",
    d115: "Behördennummer 115",
  },
  en: {
    loading: "Loading",
    failed: "The finder of services cannot be reached at the moment.",
    stale: "The finder of services cannot be reached at the moment; this is the answer loaded last.",
    again: "Try again",
    call: "Help by phone:",
    d115: "Public service number 115",
  },
};
/** @type {Map<string, string>} The last good answer to each address, as long as the page is open. */
const answers = new Map();
/** @type {{createHTML(html: string): string} | undefined} For pages that ask for Trusted Types. */
const policy = Reflect.get(window, "trustedTypes")?.createPolicy("zufi", { createHTML: (/** @type {string} */ html) => html });

/** A refusal of the server, in its words. */
class Refusal extends Error {}

/**
 * @param {URL} url
 * @param {AbortSignal} signal ends the request, since nobody waits for it any more
 * @param {RequestInit} [options]
 * @param {number} [patience] milliseconds
 */
async function get(url, signal, options = {}, patience = TIMEOUT) {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(patience)]);
  const response = await fetch(url, { signal: limited, credentials: "omit", headers: { Accept: "application/json" }, ...options });
  if (response.status >= 400 && response.status < 500) throw new Refusal((await response.json()).detail);
  if (!response.ok) throw new Error(String(response.status));
  return response.text();
}

/**
 * The fragment, at the second try if need be, else what was seen last.
 * @param {URL} url
 * @param {AbortSignal} signal
 * @returns {Promise<{html: string, stale: boolean}>}
 */
async function fragment(url, signal) {
  for (let left = 2; left > 0; left -= 1) {
    try {
      const html = await get(url, signal);
      answers.set(url.href, html);
      return { html, stale: false };
    } catch (error) {
      if (signal.aborted || error instanceof Refusal) throw error;
    }
  }
  const html = answers.get(url.href) ?? (await get(url, signal, { cache: "force-cache" }, 1000));
  return { html, stale: true };
}

/**
 * @param {string} name
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

class ZufiFinder extends HTMLElement {
  #root = this.attachShadow({ mode: "open" });
  #content = element("div", { class: "zufi-content", part: "content" });
  #status = element("div", { class: "kern-sr-only", role: "status" });
  #asking = new AbortController();
  #phone = "";
  #office = "";
  #title = document.title;
  #came = () => this.#load(this.#view(), true);
  /** @type {Element | undefined} */
  #data;

  constructor() {
    super();
    const sheet = element("link", { rel: "stylesheet", href: new URL("zufi.css", HERE).href });
    this.#root.append(sheet, this.#content, this.#status, element("slot", {}));
    this.#root.addEventListener("click", (event) => this.#clicked(/** @type {MouseEvent} */ (event)));
    this.#root.addEventListener("submit", (event) => this.#sent(/** @type {SubmitEvent} */ (event)));
  }

  connectedCallback() {
    window.addEventListener("popstate", this.#came);
    this.#phone = this.getAttribute("phone") ?? "";
    const served = this.querySelector(":scope > .zufi");
    if (served instanceof HTMLElement && this.#view().startsWith(served.dataset.view ?? "-")) this.#show(served);
    else this.#load(this.#view(), false);
  }

  disconnectedCallback() {
    window.removeEventListener("popstate", this.#came);
    this.#asking.abort();
    this.#data?.remove();
  }

  /** The language of the element, else that of the page around it. */
  get #language() {
    return this.closest("[lang]")?.getAttribute("lang") || "de";
  }

  get #words() {
    return this.#language.startsWith("en") ? WORDS.en : WORDS.de;
  }

  get #base() {
    const here = new URL(location.href);
    here.searchParams.delete("zufi");
    return this.getAttribute("base-path") ?? here.pathname + here.search;
  }

  /** What is shown: what the address of the page says, else what the attributes say. */
  #view() {
    return new URL(location.href).searchParams.get("zufi") ?? this.getAttribute("mode") ?? "search";
  }

  /** @param {string} view */
  #address(view) {
    const url = new URL(`/embed/v1/${view}`, HERE);
    const names = view === (this.getAttribute("mode") ?? "search") ? [...ALWAYS, ...FIRST] : ALWAYS;
    for (const name of names) {
      const value = this.getAttribute(name);
      if (value && !url.searchParams.has(name)) url.searchParams.set(name, value);
    }
    if (!url.searchParams.has("lang")) url.searchParams.set("lang", this.#language);
    url.searchParams.set("base-path", this.#base);
    return url;
  }

  /**
   * @param {string} view
   * @param {boolean} moved whether the reader asked for it, so that the focus follows
   */
  async #load(view, moved) {
    this.#asking.abort();
    const asking = (this.#asking = new AbortController());
    this.#content.setAttribute("aria-busy", "true");
    this.#status.textContent = this.#words.loading;
    try {
      const { html, stale } = await fragment(this.#address(view), asking.signal);
      const parsed = new DOMParser().parseFromString(policy?.createHTML(html) ?? html, "text/html");
      const shown = parsed.querySelector(".zufi");
      if (!(shown instanceof HTMLElement)) throw new Error(html.slice(0, 80));
      this.#show(shown, stale ? element("p", { class: "kern-body zufi-stale" }, this.#words.stale) : "");
    } catch (error) {
      if (asking.signal.aborted) return;
      this.#fail(view, error instanceof Refusal ? error.message : this.#words.failed);
    }
    this.#content.removeAttribute("aria-busy");
    if (moved) this.#arrive();
  }

  /**
   * @param {HTMLElement} shown
   * @param {Node | string} [note]
   */
  #show(shown, note = "") {
    const { phone = "", office = "" } = shown.dataset;
    if (!this.hasAttribute("phone") && phone) [this.#phone, this.#office] = [phone, office];
    this.#data?.remove();
    this.#data = shown.querySelector("script[type='application/ld+json']") ?? undefined;
    if (this.#data) document.head.append(this.#data);
    for (const [part, selector] of Object.entries(PARTS)) {
      for (const one of shown.querySelectorAll(selector)) one.part.add(part);
    }
    this.#content.replaceChildren(note, shown);
    this.#status.textContent = "";
    this.#root.querySelector("slot")?.setAttribute("hidden", "");
    complete(shown);
    this.dispatchEvent(new CustomEvent("zufi-shown", { bubbles: true, detail: { view: this.#view(), title: shown.dataset.title } }));
  }

  /**
   * @param {string} view
   * @param {string} sentence
   */
  #fail(view, sentence) {
    const words = this.#words;
    const call = (/** @type {string} */ number, /** @type {string} */ text) => element("a", { class: "kern-link", part: "link", href: `tel:${number.replace(/[^\d+]/g, "")}` }, text);
    const again = element("button", { class: "kern-btn kern-btn--secondary", part: "button", type: "button" }, element("span", { class: "kern-label" }, words.again));
    again.addEventListener("click", () => this.#load(view, true));
    const level = this.getAttribute("heading-level") ?? "2";
    const heading = element(`h${level}`, { class: "kern-heading-medium zufi-title", part: "title", tabindex: "-1" }, sentence);
    const phone = this.#phone ? [this.#office, this.#office && " ", call(this.#phone, this.#phone), ", "] : [];
    const shown = element("div", { class: "zufi busdb-stack", lang: words === WORDS.en ? "en" : "de" }, heading, element("p", { class: "kern-body" }, `${words.call} `, ...phone, call("115", words.d115)), element("p", {}, again));
    this.#content.replaceChildren(shown);
    this.#status.textContent = sentence;
    this.#root.querySelector("slot")?.removeAttribute("hidden");
  }

  /** The focus goes to the heading of what is shown, and the page is called by it. */
  #arrive() {
    const title = /** @type {HTMLElement | null} */ (this.#root.querySelector(".zufi-title"));
    title?.focus();
    const named = new URL(location.href).searchParams.has("zufi");
    document.title = named && title ? `${title.textContent?.trim()} – ${this.#title}` : this.#title;
  }

  /** @param {string} view */
  #go(view) {
    const url = new URL(this.#base, location.href);
    const here = url.origin === location.origin && url.pathname === location.pathname;
    url.searchParams.set("zufi", view);
    if (!here) return location.assign(url);
    history.pushState(null, "", url);
    this.#load(view, true);
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!(link instanceof HTMLAnchorElement) || !plain || event.defaultPrevented) return;
    const url = new URL(link.href);
    const view = url.searchParams.get("zufi");
    if (!view || url.origin + url.pathname !== location.origin + location.pathname) return;
    event.preventDefault();
    this.#go(view);
  }

  /** @param {SubmitEvent} event */
  #sent(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const mode = new URL(form.action).pathname.split("/embed/v1/")[1];
    if (!mode) return;
    event.preventDefault();
    const typed = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value.trim() && !["as", "lang", "heading-level"].includes(name)) typed.set(name, value.trim());
    }
    this.#go(`${mode}?${typed}`);
  }
}

customElements.define("zufi-finder", ZufiFinder);
