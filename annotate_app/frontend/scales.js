// The dimensions of one claim as groups of radio buttons, every level with its sentence.

class Scales {
  // `told` is { chosen(), called after every choice; turned(scale), called when another dimension becomes active }.
  constructor(holder, told, first = 0) {
    this.first = first; // the key of the first entry
    this.holder = holder;
    this.chosen = told.chosen;
    this.turned = told.turned ?? (() => undefined);
    this.levels = {};
    this.active = 0;
    this.groups = [];
  }

  show(scales, levels) {
    this.scales = scales;
    this.levels = { ...levels };
    this.groups = scales.map((scale, index) => this.group(scale, index));
    this.holder.replaceChildren(...this.groups.map((group) => group.frame));
    this.holder.classList.toggle("few", scales.length < 3);
    this.activate(Math.max(0, this.open()));
    this.refresh();
  }

  group(scale, index) {
    const frame = element("fieldset", "scale");
    frame.tabIndex = -1;
    frame.setAttribute("role", "radiogroup");
    frame.setAttribute("aria-label", `${scale.title}. ${scale.question}`);
    const title = element("legend");
    title.append(element("b", "", scale.title), element("span", "", scale.question));
    const radios = scale.levels.map((sentence, level) => this.radio(sentence, level, index));
    frame.append(title, ...radios);
    frame.addEventListener("focusin", () => this.activate(index));
    return { frame, radios };
  }

  radio(sentence, level, index) {
    const row = element("div", "level");
    row.setAttribute("role", "radio");
    row.append(element("kbd", "", String(level + this.first)), element("span", "", sentence));
    row.addEventListener("click", () => {
      this.activate(index);
      this.choose(level, true);
    });
    return row;
  }

  press(digit) {
    this.choose(digit - this.first, true);
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
    this.turned(this.scales[index]);
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
    this.groups.forEach(({ frame, radios }, i) => {
      const level = this.levels[this.scales[i].dimension];
      frame.classList.toggle("done", level !== undefined);
      radios.forEach((radio, k) => {
        radio.setAttribute("aria-checked", String(k === level));
        radio.tabIndex = k === (level ?? 0) ? 0 : -1; // one tab stop per group
      });
    });
  }
}
