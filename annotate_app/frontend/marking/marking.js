// The step in which a rater draws the box or span that they would have given: its panel, its keys, and when it is done.
// The claim's own box and span are out of sight meanwhile, and when the study asks for it they were never seen before.

class Marking {
  // `told` is { opened(), closed(), changed(), say(words) }.
  constructor(root, stage, signal, told) {
    this.find = (name) => root.querySelector(name);
    this.stage = stage;
    this.told = told;
    this.own = new OwnMarks();
    this.open = false;
    this.pointer = new BoxPointer(stage.frameOf, signal, {
      active: () => this.open && this.boxTime() !== null,
      area: () => pictureArea(stage.canvas, stage.claim, stage.zoom.view),
      box: () => this.boxHere(),
      draw: (corners) => this.own.setBox(this.boxTime(), corners) && this.refresh(),
    });
    const press = (name, react) => this.find(name).addEventListener("click", react, { signal });
    press(".span-start", () => this.setSpan(0));
    press(".span-end", () => this.setSpan(1));
    press(".erase", () => this.erase());
    press(".unseen-mark", () => this.cannot());
    press(".leave-marking", () => this.cancel());
    press(".done-marking", () => this.finish());
  }

  // Take over a claim with what its rater drew before.
  show(claim, mark) {
    this.open = this.asked = false;
    this.own.load(mark);
    this.claim = claim;
    this.times = [...new Set(claim.boxes.map((box) => box[0]))].sort((a, b) => a - b);
    this.showPanel();
  }

  // Begin to draw; with `asked`, before the claim's own was seen, and there is no way back but to say why not.
  start(asked = false) {
    if (!this.claim || this.claim.problem) return;
    this.before = this.own.copy();
    this.open = true;
    this.asked = asked;
    this.own.covered = asked;
    if (this.times.length && this.boxTime() === null) this.stage.toStop(0);
    this.showPanel();
    this.refresh();
    this.told.opened();
    this.find(".marking").focus({ preventScroll: true });
  }

  showPanel() {
    const { boxes, span } = this.claim;
    this.find(".marking").hidden = !this.open;
    this.find(".marking .of-box").hidden = !boxes.length;
    this.find(".marking .of-span").hidden = !span;
    this.find(".marking .blind").hidden = !this.asked;
    this.find(".leave-marking").hidden = this.asked;
    this.find(".span-start").hidden = this.find(".span-end").hidden = !span;
  }

  // The time of the claim's box on the frame that stands there: the rater's box is compared with others' at that time.
  boxTime() {
    return this.stage.boxesHere()[0]?.[0] ?? null;
  }

  boxHere() {
    return this.own.boxes.get(this.boxTime()) ?? null;
  }

  nudge(direction, resize) {
    if (!this.times.length) return;
    if (this.boxTime() === null) return this.stage.nextBox();
    const { view } = this.stage.zoom;
    this.own.nudge(this.boxTime(), direction, { resize, zoom: view.scale, middle: this.middle() });
    this.refresh();
  }

  // The middle of what is seen, in shares of the picture.
  middle() {
    const { canvas, claim, zoom } = this.stage;
    const area = pictureArea(canvas, claim, zoom.view);
    return [(canvas.clientWidth / 2 - area.left) / area.width, (canvas.clientHeight / 2 - area.top) / area.height];
  }

  // The span begins with the frame that is shown, or ends with it.
  setSpan(side) {
    if (!this.claim.span || !this.stage.times) return;
    const number = this.stage.current();
    const { times } = this.stage;
    this.own.setSpan(side, Number((side ? times.ends(number) : times.begins(number)).toFixed(6)));
    this.refresh();
  }

  erase() {
    const time = this.boxTime();
    if (time !== null && this.own.boxes.delete(time)) return this.refresh();
    this.own.span = [null, null];
    this.refresh();
  }

  refresh() {
    this.stage.moved();
    this.told.changed();
  }

  // The picture moved on, or something was drawn.
  showWords() {
    if (this.open) this.find(".mark-words").textContent = this.words();
  }

  words() {
    const parts = [];
    const box = this.boxHere();
    const percent = (share) => `${(100 * share).toFixed(1)} %`;
    if (box) {
      const [x1, y1, x2, y2] = box;
      parts.push(`Box: ${percent(x1)} from the left, ${percent(y1)} from the top, ${percent(x2 - x1)} wide, ${percent(y2 - y1)} high.`);
    } else if (this.times.length) parts.push(this.boxTime() === null ? "Go to a frame of the box to draw it." : "No box yet.");
    if (this.claim.span) parts.push(this.spanWords(...this.own.span));
    return parts.join(" ");
  }

  spanWords(start, end) {
    if (start === null && end === null) return "No span yet.";
    if (end === null) return `Span: from ${seconds(start)}; its end is not set.`;
    return start === null ? `Span: to ${seconds(end)}; its start is not set.` : `Span: ${seconds(start)} to ${seconds(end)}.`;
  }

  // What was drawn counts. When the study asks for it, nothing may be missing: a frame that lacks its box is gone to.
  finish() {
    if (!this.asked) return this.close();
    const missing = this.own.missing(this.times.filter((time) => this.stage.boxes.some((box) => box[0] === time)), Boolean(this.claim.span));
    if (missing?.box !== undefined) {
      this.stage.rest(this.stage.times.at(missing.box));
      return this.told.say(`Draw the box at ${seconds(missing.box)}, or say that you cannot see it.`, "warn");
    }
    if (missing) return this.told.say("Set the start and the end of the span first.", "warn");
    this.close();
  }

  // There is nothing to mark: that is a finding as well.
  cannot() {
    const { covered, seconds: spent } = this.own;
    this.own.load({ boxes: [], span: null, reason: "not visible", covered, seconds: spent });
    this.close();
  }

  cancel() {
    if (this.asked) return;
    this.own = this.before;
    this.close();
  }

  close() {
    this.open = this.asked = false;
    this.showPanel();
    this.refresh();
    this.told.closed();
  }
}
