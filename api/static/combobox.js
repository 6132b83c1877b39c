// Completes what is typed into a field: the editable combobox of the WAI-ARIA authoring practices, with a listbox.
// A field says by data-complete what it is about: areas or services. Without this script it is a plain field.

/** @typedef {{text: string, more: string, ars?: string, id?: string}} Option */

const WAIT = 120;
const LONGEST = 8;

/**
 * @param {string} text
 * @param {AbortSignal} signal
 * @returns {Promise<Option[]>} the places that the text may mean
 */
async function areas(text, signal) {
  const found = await ask("/api/v1/areas", { q: text, limit: LONGEST }, signal);
  return found.items.map((one) => ({
    text: one.name,
    more: one.parents.filter((parent) => ["association", "district"].includes(parent.kind)).map((parent) => parent.name).join(", "),
    ars: one.ars ?? one.code,
  }));
}

/**
 * @param {string} text
 * @param {AbortSignal} signal
 * @param {HTMLInputElement} field
 * @returns {Promise<Option[]>} the services that the text may become, at the place of the form
 */
async function services(text, signal, field) {
  const ars = hidden(field, "ars")?.value;
  const found = await ask("/api/v1/suggest", { q: text, limit: LONGEST, ...(ars ? { ars } : {}) }, signal);
  return found.items.filter((one) => one.kind !== "place").map((one) => ({ text: one.text, more: "" }));
}

async function ask(path, parameters, signal) {
  const lang = document.documentElement.lang;
  const response = await fetch(`${path}?${new URLSearchParams({ ...parameters, lang })}`, { signal });
  return response.ok ? response.json() : { items: [] };
}

/** @returns {HTMLInputElement | null} a hidden field of the same form */
function hidden(field, name) {
  return field.form?.querySelector(`input[type=hidden][name=${name}]`) ?? null;
}

const SOURCES = { areas, suggest: services };

class Combobox {
  /** @param {HTMLInputElement} field */
  constructor(field) {
    this.field = field;
    this.find = SOURCES[field.dataset.complete];
    this.options = [];
    this.at = -1;
    this.list = document.createElement("ul");
    this.list.id = `${field.id}-options`;
    this.list.className = "busdb-options";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
    this.status = document.createElement("div");
    this.status.className = "kern-sr-only";
    this.status.setAttribute("role", "status");
    field.after(this.list, this.status);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", this.list.id);
    field.addEventListener("input", () => this.typed());
    field.addEventListener("keydown", (event) => this.pressed(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.at));
    });
  }

  typed() {
    clearTimeout(this.timer);
    this.asking?.abort();
    const text = this.field.value.trim();
    if (text.length < 2) return this.close();
    this.timer = setTimeout(async () => {
      this.asking = new AbortController();
      try {
        this.show(await this.find(text, this.asking.signal, this.field));
      } catch {
        this.close();
      }
    }, WAIT);
  }

  show(options) {
    this.options = options;
    this.at = -1;
    this.list.replaceChildren(...options.map((option, at) => this.item(option, at)));
    const open = options.length > 0 && document.activeElement === this.field;
    this.list.hidden = !open;
    this.field.setAttribute("aria-expanded", String(open));
    this.field.removeAttribute("aria-activedescendant");
    const { found, none } = this.field.dataset;
    this.status.textContent = open ? found.replace("{count}", String(options.length)) : none;
  }

  item(option, at) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${at}`;
    item.dataset.at = String(at);
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

  pressed(event) {
    const open = !this.list.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && open) {
      event.preventDefault();
      const count = this.options.length;
      this.mark(this.at < 0 && step < 0 ? count - 1 : (this.at + step + count) % count);
    } else if (step && event.key === "ArrowDown") {
      this.typed();
    } else if (event.key === "Enter" && open && this.at >= 0) {
      event.preventDefault();
      this.choose(this.at);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      this.close();
    }
  }

  mark(at) {
    this.list.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = at;
    const item = this.list.children[at];
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", item.id);
  }

  choose(at) {
    const option = this.options[at];
    this.field.value = option.text;
    if (option.ars) this.remember(option.ars);
    this.close();
    this.field.focus();
  }

  /** Sends the place along by its key, so that names that several places bear are clear. */
  remember(ars) {
    let kept = hidden(this.field, "ars");
    if (!kept) {
      kept = document.createElement("input");
      kept.type = "hidden";
      kept.name = "ars";
      this.field.form.append(kept);
    }
    kept.value = ars;
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
    this.status.textContent = "";
  }
}

for (const field of document.querySelectorAll("input[data-complete]")) new Combobox(field);
