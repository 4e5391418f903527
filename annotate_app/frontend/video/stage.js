// The video: standing on one exact frame, known by its number and the one that referees are shown, or playing. Boxes are
// drawn on standing pictures only, so none is ever seen over another frame.

const END_ROUNDING = 0.05; // a time this much after the end is rounded, not wrong
const PLAYS_BY_FRAMES = "This browser cannot play the file, so its frames are shown one by one.";

class Stage {
  // `told` is { moved(), held() -> whether the pointer on the picture is wanted for something else, ownBox(time of a box)
  // -> the corners that the rater drew there, or null, ownSpan() -> the start and end that the rater set, each or null }.
  constructor(root, signal, told) {
    this.root = root;
    this.told = told;
    this.frameOf = root.querySelector(".stage");
    this.canvas = root.querySelector("canvas.boxes");
    this.still = new StillFrame(root.querySelector("canvas.picture"));
    this.playback = new Playback(root.querySelector("video"), signal, {
      at: (time) => this.passing(time),
      page: (time) => this.page(time),
      ended: () => this.replayer.ended(),
      unplayable: () => this.remark(PLAYS_BY_FRAMES),
    });
    this.bar = new TimeBar(root.querySelector(".timeline"), signal, {
      seek: (share) => this.goTo(share * (this.times?.end ?? 0)),
      box: (index) => this.byHand(() => this.toStop(this.stopOf(this.boxes[index]))),
    });
    this.zoom = new Zoom(this.frameOf, signal, { changed: () => this.moved(), held: () => told.held() });
    this.readout = new Readout(root, this);
    this.replayer = new Replay(this);
    this.listen(signal);
  }

  // Show a claim; with `covered`, without its box and span, so that somebody can say where they are.
  async show(claim, covered = false) {
    this.stop();
    Object.assign(this, { claim, covered, times: null, boxes: [], stops: [], number: 0, presented: null });
    this.replayer.reset();
    this.remark("");
    this.trouble(claim.problem);
    this.still.open(claim.video);
    this.zoom.whole();
    if (claim.problem) return;
    try {
      const table = await frameTimesOf(claim.video);
      if (claim === this.claim) this.begin(new FrameTimes(table));
    } catch {
      if (claim === this.claim) this.trouble("The video cannot be loaded. Load it again, or skip this claim.");
    }
  }

  // First sight of a claim: its box, standing still; or, where there is only a span, the span playing.
  begin(times) {
    this.times = times;
    this.playback.open(this.claim.video, times);
    this.boxes = this.claim.boxes.filter((box) => box[0] <= times.end + END_ROUNDING); // later ones have no frame
    this.stops = [...new Set(this.boxes.map((box) => times.at(box[0])))].sort((a, b) => a - b);
    this.bar.mark(this.span, this.boxes, times.end);
    this.frameOf.style.setProperty("--shape", `${this.claim.width} / ${this.claim.height}`);
    this.frameOf.style.setProperty("--ratio", this.claim.width / this.claim.height);
    this.root.querySelector(".jump").hidden = !this.stops.length;
    this.fresh = true;
    if (this.stops.length) this.toStop(0);
    else if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.rest(times.at(this.replayer.range()[0]));
    else this.replay();
  }

  // Take the claim's box and span out of sight while the rater draws, or show them again.
  cover(on) {
    this.covered = on;
    this.bar.mark(this.span, this.boxes, this.times?.end ?? 0);
    this.moved();
  }

  get span() {
    return this.covered ? null : this.claim.span;
  }

  // ---- standing still ----

  // Stand still on a frame; what was asked for last is shown, and steps count from it.
  rest(number) {
    this.halt();
    this.number = Math.min(this.times.count - 1, Math.max(0, number));
    this.presented = null;
    this.moved();
    return this.present(this.number);
  }

  async present(number) {
    try {
      if (!(await this.still.show(number))) return;
      this.presented = number;
      this.trouble("");
    } catch {
      this.trouble("This frame cannot be loaded. Load it again, or skip this claim.");
    }
    this.moved();
  }

  frame(direction) {
    if (!this.times) return;
    this.fresh = false;
    this.rest(this.current() + direction).then(() => this.expect(this.number + direction));
  }

  expect(number) {
    if (number >= 0 && number < this.times.count) this.still.expect(number);
  }

  toStop(index) {
    const { length } = this.stops;
    if (length) this.rest(this.stops[((index % length) + length) % length]);
  }

  // The stop one is at, -1 elsewhere.
  atStop() {
    return this.playing() ? -1 : this.stops.indexOf(this.number);
  }

  stopOf(box) {
    return this.stops.indexOf(this.times.at(box[0]));
  }

  nextBox() {
    if (this.times) this.byHand(() => this.toStop(this.atStop() + 1));
  }

  // ---- playing ----

  playing() {
    return this.playback.playing;
  }

  // The frame that is on the screen now.
  current() {
    return this.playing() ? this.times.at(this.playback.time ?? this.time()) : this.number;
  }

  play(time = this.times.begins(this.number)) {
    this.replayer.stopHolding();
    this.presented = null;
    this.number = this.times.at(time);
    this.replayer.passed.add(this.number);
    this.playback.start(time);
    this.moved();
  }

  replay() {
    if (!this.times) return;
    this.fresh = false;
    this.replayer.start();
  }

  toggle() {
    if (!this.times) return;
    if (this.playing() || this.replayer.holding) this.rest(this.current());
    else if (this.fresh || this.number === this.times.count - 1) this.replay();
    else this.replayer.goOn();
  }

  // Sought by hand: stand there, or play on freely from there.
  goTo(time) {
    if (!this.times) return;
    const onward = this.playing();
    this.replayer.free();
    this.byHand(() => (onward ? this.play(time) : this.rest(this.times.at(time))));
  }

  byHand(move) {
    this.fresh = false;
    this.replayer.stopHolding();
    move();
  }

  // A frame of the moving picture.
  passing(time) {
    if (!this.claim || !this.times || !this.playing()) return;
    this.number = this.times.at(time);
    if (this.replayer.turned(this.number, time)) return;
    if (!this.playback.pages) this.still.hide();
    this.moved();
  }

  async page(time) {
    this.passing(time);
    if (this.playing()) await this.still.show(this.number).catch(() => this.trouble("The video cannot be loaded."));
  }

  halt() {
    this.replayer.stopHolding();
    this.playback.stop();
  }

  stop() {
    this.halt();
    this.still.hide();
  }

  // ---- what is drawn ----

  // Boxes of the claim on the frame that stands there.
  boxesHere() {
    return this.presented === null ? [] : this.boxes.filter((box) => this.times.at(box[0]) === this.presented);
  }

  visibleBoxes() {
    return this.covered ? [] : this.boxesHere(); // nobody draws along the model's lines
  }

  time() {
    return this.times ? this.times.begins(this.number) : 0;
  }

  moved() {
    if (!this.claim) return;
    const visible = this.visibleBoxes();
    const own = this.boxesHere().length ? this.told.ownBox(this.boxesHere()[0][0]) : null;
    const drawn = visible.map((box) => ({ corners: box.slice(1), colour: CLAIMED }));
    if (own) drawn.push({ corners: own, colour: OWN });
    const tiny = drawBoxes(this.canvas, this.claim, this.zoom.view, drawn);
    Object.assign(this.canvas.dataset, { boxes: visible.length, own: own ? 1 : 0, time: this.time().toFixed(6) });
    this.canvas.dataset.frame = this.presented ?? "";
    this.bar.markOwn(this.told.ownSpan(), this.times?.end ?? 0);
    this.readout.write(visible, own, tiny);
    this.told.moved();
  }

  // Zoom into the box that is shown, the rater's own or the claim's, or else the middle; from there back to the whole.
  toggleZoom() {
    if (!this.claim) return;
    if (this.zoom.zoomed) return this.zoom.whole();
    const here = this.boxesHere();
    const shown = here.length || this.covered ? here : this.boxes.slice(0, 1);
    const own = here.length ? this.told.ownBox(here[0][0]) : null;
    const boxes = own ? [own] : this.covered ? [] : shown.map((box) => box.slice(1));
    this.zoom.into(boxes.length ? this.shareOfStage(boxes) : [0.25, 0.25, 0.75, 0.75]);
  }

  // The area around boxes, in shares of the stage and not of the picture.
  shareOfStage(boxes) {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const area = pictureArea(this.canvas, this.claim, WHOLE);
    const corners = boxes.map((box) => cornersOf(box, area));
    const least = (side, all) => Math.min(...all.map((one) => one[side]));
    const most = (side, all) => Math.max(...all.map((one) => one[side]));
    return [least(0, corners) / width, least(1, corners) / height, most(2, corners) / width, most(3, corners) / height];
  }

  trouble(words) {
    const box = this.root.querySelector(".trouble");
    box.hidden = !words;
    box.querySelector("p").textContent = words || "";
  }

  remark(words) {
    const line = this.root.querySelector(".remark");
    line.textContent = words;
    line.hidden = !words;
  }

  listen(signal) {
    const on = (target, name, react) => target.addEventListener(name, react, { signal });
    on(this.root.querySelector(".reload"), "click", () => this.show(this.claim, this.covered));
    on(this.frameOf, "click", (event) => {
      if (!event.target.closest("button") && !this.zoom.moved && !this.told.held()) this.toggle();
    });
    const resized = new ResizeObserver(() => this.moved());
    resized.observe(this.canvas);
    signal.addEventListener("abort", () => resized.disconnect());
  }
}

async function frameTimesOf(video) {
  const answer = await fetch(`${video}/times`, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}
