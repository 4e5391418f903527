// The rater's own claims as a list: which are open, done or skipped, and a way to each of them.

const STATES = { "": "All", open: "Open", done: "Done", skipped: "Skipped" };

class OwnClaims {
  // `told` is { go(claim), closed() }.
  constructor(dialog, signal, told) {
    this.dialog = dialog;
    this.told = told;
    this.state = "";
    this.find = (name) => dialog.querySelector(name);
    dialog.addEventListener("close", () => told.closed(), { signal });
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(), { signal }); // beside the list
    this.find(".close-claims").addEventListener("click", () => dialog.close(), { signal });
    this.find(".earlier-claims").addEventListener("click", () => this.earlier(), { signal });
    this.find(".more-claims").addEventListener("click", () => this.more(), { signal });
    for (const [state, name] of Object.entries(STATES)) {
      const button = element("button", "plain filter", name);
      Object.assign(button, { type: "button", onclick: () => this.filter(state) });
      button.dataset.state = state;
      this.find(".filters").append(button);
    }
  }

  isOpen() {
    return this.dialog.open;
  }

  async open(current) {
    this.current = current;
    this.dialog.showModal();
    await this.filter(this.state);
  }

  close() {
    if (this.dialog.open) this.dialog.close();
  }

  // Show the claims in one state, from the one that is on the page.
  async filter(state) {
    this.state = state;
    for (const button of this.filters()) button.setAttribute("aria-pressed", String(button.dataset.state === state));
    const list = await this.ask(`around=${encodeURIComponent(this.current)}`);
    if (!list) return;
    [this.first, this.end] = [list.first, list.first + list.claims.length];
    this.find(".entries").replaceChildren(...list.claims.map((claim) => this.entry(claim)));
    this.showWays(list);
    const entries = this.entries();
    (entries.find((one) => one.getAttribute("aria-current")) ?? entries[0] ?? this.find(".close-claims")).focus();
  }

  async earlier() {
    const list = await this.ask(`before=${this.first}`);
    if (!list) return;
    this.first = list.first;
    this.find(".entries").prepend(...list.claims.map((claim) => this.entry(claim)));
    this.showWays(list);
    this.entries()[list.claims.length - 1]?.focus();
  }

  async more() {
    const shown = this.entries().length;
    const list = await this.ask(`from=${this.end}`);
    if (!list) return;
    this.end = list.first + list.claims.length;
    this.find(".entries").append(...list.claims.map((claim) => this.entry(claim)));
    this.showWays(list);
    this.entries()[shown]?.focus();
  }

  entries() {
    return [...this.dialog.querySelectorAll(".entry")];
  }

  filters() {
    return [...this.dialog.querySelectorAll(".filter")];
  }

  // Part of the list from the server; null when it does not answer, or was asked again meanwhile.
  async ask(part) {
    const asked = (this.asked = (this.asked ?? 0) + 1);
    const answer = await fetch(`/api/claims?state=${this.state}&${part}`, { credentials: "same-origin" }).catch(() => null);
    const list = answer?.ok ? await answer.json().catch(() => null) : null;
    if (asked !== this.asked) return null;
    this.find(".list-trouble").hidden = Boolean(list);
    return list;
  }

  showWays(list) {
    for (const button of this.filters()) {
      button.textContent = `${STATES[button.dataset.state]} ${list.counts[button.dataset.state || "all"]}`;
    }
    this.find(".none").hidden = list.total > 0;
    this.find(".earlier-claims").hidden = this.first === 0;
    this.find(".more-claims").hidden = this.end >= list.total;
  }

  entry({ claim, place, state, question, object }) {
    const row = element("li");
    const button = element("button", `entry ${state}`);
    button.type = "button";
    if (claim === this.current) button.setAttribute("aria-current", "true");
    const words = element("span", "words");
    const [asked, phrase] = [element("span", "asked-before"), element("span", "phrase-before")];
    showText(asked, question);
    showText(phrase, object);
    words.append(asked, phrase);
    button.append(element("span", "number", String(place + 1)), words, element("span", "state", state));
    button.addEventListener("click", () => {
      this.dialog.close();
      this.told.go(claim);
    });
    row.append(button);
    return row;
  }

  // Keys while the list is open; the rest is the browser's: Tab, Enter, Escape.
  reaction(event, action) {
    if (action === "claims") return () => this.dialog.close();
    const direction = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!direction) return null;
    const entries = this.entries();
    const at = entries.indexOf(event.composedPath()[0]);
    return () => entries[Math.min(entries.length - 1, Math.max(0, at + direction))]?.focus();
  }
}
