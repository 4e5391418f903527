// The dimensions of one claim as groups of radio buttons, every level with its sentence.

const ROOM = 15; // levels in all that stand on a page with their sentences; of more, only the active dimension shows its own

class Scales {
  // `told` is { chosen(), called after every choice; turned(scale), called when another dimension becomes active;
  // label(key), what is written for a key }.
  constructor(holder, told, first = 0) {
    this.first = first; // the key of the first entry
    this.label = told.label ?? String;
    this.holder = holder;
    this.chosen = told.chosen;
    this.turned = told.turned ?? (() => undefined);
    this.levels = {};
    this.active = 0;
    this.groups = [];
  }

  // `language` is a tag of BCP 47, or "" where the study does not say; every text finds its own direction.
  show(scales, levels, language = "") {
    this.scales = scales;
    this.holder.lang = language;
    this.levels = { ...levels };
    this.groups = scales.map((scale, index) => this.group(scale, index));
    this.holder.replaceChildren(...this.groups.map((group) => group.frame));
    const rows = scales.reduce((sum, scale) => sum + scale.levels.length, 0);
    this.holder.classList.toggle("few", rows <= 10);
    this.holder.classList.toggle("many", rows > ROOM && scales.length > 1);
    this.activate(Math.max(0, this.open()));
    this.refresh();
  }

  group(scale, index) {
    const frame = element("fieldset", "scale");
    frame.tabIndex = -1;
    frame.setAttribute("role", "radiogroup");
    frame.setAttribute("aria-label", `${scale.title}. ${scale.question}`);
    const title = element("legend");
    title.dir = "auto";
    title.append(element("b", "", scale.title), element("span", "", scale.question));
    const radios = scale.levels.map((sentence, level) => this.radio(sentence, level, index));
    const rows = element("div", "levels");
    rows.append(...radios);
    const chosen = element("p", "chosen"); // stands for the sentences where only the active dimension shows them
    chosen.dir = "auto";
    frame.append(title, rows, chosen);
    frame.addEventListener("focusin", () => this.activate(index));
    return { frame, radios, chosen };
  }

  radio(sentence, level, index) {
    const row = element("div", "level");
    row.setAttribute("role", "radio");
    row.setAttribute("aria-label", `${level + this.first}: ${sentence}`);
    row.dir = "auto";
    row.append(element("kbd", "", this.label(level + this.first)), element("span", "", sentence));
    row.addEventListener("click", () => {
      this.activate(index);
      this.choose(level, true);
    });
    return row;
  }

  // Whether the active dimension has an entry under this key.
  has(key) {
    return key - this.first in (this.scales[this.active]?.levels ?? []);
  }

  press(key) {
    this.choose(key - this.first, true);
  }

  // Index of the first dimension without a level, -1 when every one has its level.
  open() {
    return this.scales.findIndex((scale) => this.levels[scale.dimension] === undefined);
  }

  complete() {
    return this.open() < 0;
  }

  activate(index) {
    this.active = index;
    if (this.scales[index]) this.turned(this.scales[index]);
    this.groups.forEach(({ frame }, i) => frame.classList.toggle("active", i === index));
  }

  // Go to another dimension and take the keyboard focus there.
  go(direction) {
    const count = this.groups.length;
    this.activate((this.active + direction + count) % count);
    this.focus();
  }

  focus() {
    const group = this.groups[this.active];
    const given = group?.radios.find((radio) => radio.getAttribute("aria-checked") === "true");
    (given ?? group?.frame)?.focus({ preventScroll: true }); // a ring around a level not chosen would look like a choice
  }

  // Set the level of the active dimension; with `onward`, go on to the next one that is still open.
  choose(level, onward = false) {
    const scale = this.scales[this.active];
    if (!scale || level < 0 || level >= scale.levels.length) return;
    this.levels[scale.dimension] = level;
    this.refresh();
    if (onward && !this.complete()) this.activate(this.open());
    this.focus();
    this.chosen();
  }

  // Up and down within a dimension.
  nudge(direction) {
    const scale = this.scales[this.active];
    const now = this.levels[scale.dimension];
    const first = direction > 0 ? 0 : scale.levels.length - 1;
    this.choose(now === undefined ? first : Math.min(scale.levels.length - 1, Math.max(0, now + direction)));
  }

  refresh() {
    this.groups.forEach(({ frame, radios, chosen }, i) => {
      const level = this.levels[this.scales[i].dimension];
      chosen.textContent = level === undefined ? "" : this.scales[i].levels[level];
      frame.classList.toggle("done", level !== undefined);
      radios.forEach((radio, k) => {
        radio.setAttribute("aria-checked", String(k === level));
        radio.tabIndex = k === (level ?? 0) ? 0 : -1; // one tab stop per group
      });
    });
  }
}
