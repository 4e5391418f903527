// Why a claim cannot be rated: the reasons in the place of the scales.

const SKIPS = {
  "cannot judge": "I cannot judge this claim",
  "not visible": "I cannot see it well enough",
  "video broken": "The video does not play",
  other: "Another reason, written in the note",
};

class Skipping {
  // `told` is { closed(), note() -> the note's text field }.
  constructor(root, told) {
    this.find = (name) => root.querySelector(name);
    this.told = told;
    this.reasons = new Scales(this.find(".reasons"), { chosen: () => this.chosen() }, 1);
  }

  show(reasons) {
    this.names = reasons;
    const levels = reasons.map((name) => SKIPS[name] ?? name);
    this.reasons.show([{ dimension: "reason", title: "", question: "Why can this claim not be rated?", help: "", levels }], {});
    this.toggle(false);
  }

  isOpen() {
    return !this.find(".skip").hidden;
  }

  toggle(on) {
    this.find(".skip").hidden = !on;
    this.find(".judge").classList.toggle("skipping", on);
  }

  open() {
    this.toggle(true);
    this.reasons.focus();
  }

  close() {
    this.toggle(false);
    this.told.closed();
  }

  reason() {
    return this.names[this.reasons.levels.reason];
  }

  chosen() {
    if (this.reason() === "other") this.told.note().focus();
  }

  // What is missing before the claim can be skipped, "" when nothing.
  missing() {
    if (!this.reason()) return "Choose a reason first.";
    if (this.reason() !== "other" || this.told.note().value.trim()) return "";
    this.told.note().focus();
    return "Please write the reason in the note.";
  }
}
