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
export function complete(root) {
  /** @type {NodeListOf<HTMLInputElement>} */
  const fields = root.querySelectorAll("input[data-complete]");
  for (const field of fields) {
    const find = SOURCES[field.dataset.complete ?? ""];
    if (find) new Combobox(field, find);
  }
}
