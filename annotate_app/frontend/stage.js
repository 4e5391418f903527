// The video, its time bar and its buttons. A standing picture is always one exact frame, known by its number: the one
// that referees are shown. Boxes are drawn on standing pictures only, so none is ever seen over another frame.

const HOLD_MS = 1200; // how long playback rests on a frame that carries a box
const LEAD = 1.0; // seconds shown before and after what is claimed, so that its edges can be judged
const END_ROUNDING = 0.05; // a time this much after the end is rounded, not wrong
const PLAYS_BY_FRAMES = "This browser cannot play the file, so its frames are shown one by one.";

class Stage {
  constructor(root, signal, told) {
    this.root = root;
    this.told = told; // { moved() }
    this.canvas = root.querySelector("canvas.boxes");
    this.still = new StillFrame(root.querySelector("canvas.picture"));
    this.playback = new Playback(root.querySelector("video"), signal, {
      at: (time) => this.passing(time),
      page: (time) => this.page(time),
      ended: () => this.ended(),
      unplayable: () => this.remark(PLAYS_BY_FRAMES),
    });
    this.bar = new TimeBar(root.querySelector(".bar"), signal, {
      seek: (share) => this.goTo(share * (this.times?.end ?? 0)),
      box: (index) => this.byHand(() => this.toStop(this.stopOf(this.boxes[index]))),
    });
    this.listen(signal);
  }

  async show(claim) {
    this.stop();
    Object.assign(this, { claim, times: null, boxes: [], stops: [], number: 0, presented: null });
    this.remark("");
    this.trouble(claim.problem);
    this.still.open(claim.video);
    this.moved();
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
    this.bar.mark(this.claim.span, this.boxes, times.end);
    this.root.querySelector(".stage").style.aspectRatio = `${this.claim.width} / ${this.claim.height}`;
    this.root.querySelector(".jump").hidden = !this.stops.length;
    Object.assign(this, { fresh: true, looping: true, passed: new Set() });
    if (this.stops.length) this.toStop(0);
    else if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.rest(times.at(this.range()[0]));
    else this.replay();
  }

  // What a replay shows: the claim with a little before and after it; all of the video when the claim lies outside it.
  range() {
    const [begins, end] = [this.times.begins(0), this.times.end];
    const known = [...this.boxes.map((box) => box[0]), ...(this.claim.span ?? [])].filter((time) => time <= end);
    if (!known.length) return [begins, end];
    return [Math.max(begins, Math.min(...known) - LEAD), Math.min(end, Math.max(...known) + LEAD)];
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
    const wanted = (this.playing() ? this.times.at(this.playback.time) : this.number) + direction;
    this.rest(wanted).then(() => this.expect(this.number + direction));
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

  play(time = this.times.begins(this.number)) {
    clearTimeout(this.waiting);
    this.holding = false;
    this.presented = null;
    this.number = this.times.at(time);
    this.passed.add(this.number);
    this.playback.start(time);
    this.moved();
  }

  replay() {
    if (!this.times) return;
    Object.assign(this, { fresh: false, looping: true });
    this.passed.clear();
    const [begin] = this.range();
    this.halt();
    this.play(begin);
    this.passed.delete(this.number); // a box on the first frame is rested on as well
  }

  toggle() {
    if (!this.times) return;
    if (this.playing() || this.holding) this.rest(this.playing() ? this.times.at(this.playback.time) : this.number);
    else if (this.fresh) this.replay();
    else if (this.number === this.times.count - 1) this.replay();
    else this.play();
  }

  // Sought by hand: stand there, or play on freely from there, without the loop.
  goTo(time) {
    if (!this.times) return;
    const onward = this.playing();
    this.byHand(() => (onward ? this.play(time) : this.rest(this.times.at(time))));
    this.looping = false;
    this.passed = new Set(this.stops);
  }

  byHand(move) {
    this.fresh = false;
    this.holding = false;
    move();
  }

  // A frame of the moving picture: rest where there is a box, for it belongs to one frame and nobody would see it.
  passing(time) {
    if (!this.claim || !this.times || !this.playing()) return;
    this.number = this.times.at(time);
    const due = this.stops.find((stop) => !this.passed.has(stop) && stop <= this.number);
    if (due !== undefined) return this.hold(due);
    if (this.looping && time >= this.range()[1] - 1e-3) return this.again();
    if (!this.playback.pages) this.still.hide();
    this.moved();
  }

  async page(time) {
    this.passing(time);
    if (this.playing()) await this.still.show(this.number).catch(() => this.trouble("The video cannot be loaded."));
  }

  again() {
    this.passed.clear();
    this.play(this.range()[0]);
    this.passed.delete(this.number);
  }

  hold(stop) {
    this.passed.add(stop);
    this.rest(stop).then(() => {
      if (this.number !== stop || this.playing()) return;
      this.holding = true;
      this.moved();
      this.waiting = setTimeout(() => this.holding && this.play(), HOLD_MS);
    });
  }

  ended() {
    if (this.looping) this.again();
    else this.rest(this.times.count - 1);
  }

  halt() {
    clearTimeout(this.waiting);
    this.holding = false;
    this.playback.stop();
  }

  stop() {
    this.halt();
    this.still.hide();
  }

  // ---- what is written and drawn ----

  visibleBoxes() {
    return this.presented === null ? [] : this.boxes.filter((box) => this.times.at(box[0]) === this.presented);
  }

  time() {
    return this.times ? this.times.begins(this.number) : 0;
  }

  moved() {
    if (!this.claim) return;
    const visible = this.visibleBoxes();
    drawBoxes(this.canvas, this.claim, visible);
    Object.assign(this.canvas.dataset, { boxes: visible.length, time: this.time().toFixed(6) });
    this.canvas.dataset.frame = this.presented ?? "";
    this.write(visible);
    this.told.moved();
  }

  write(visible) {
    const [start, end] = this.claim.span ?? [Infinity, -Infinity];
    const inside = this.time() >= start - 1e-3 && this.time() <= end;
    this.bar.show(this.time(), this.times?.end ?? 0);
    this.root.querySelector(".stage").classList.toggle("inside", inside);
    this.root.querySelector(".play span").textContent = this.playing() || this.holding ? "Pause" : "Play";
    const several = this.stops.length > 1 && visible.length;
    const which = several ? `box ${this.stops.indexOf(this.presented) + 1} of ${this.stops.length}` : "box shown";
    const place = visible.length ? which : inside ? "in the span" : "";
    const readout = this.root.querySelector(".readout");
    readout.textContent = `${this.time().toFixed(2)} s` + (place ? ` · ${place}` : "");
    readout.classList.toggle("boxed", visible.length > 0);
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
    on(this.root.querySelector(".reload"), "click", () => this.show(this.claim));
    on(this.root.querySelector(".stage"), "click", (event) => event.target.closest("button") || this.toggle());
    const press = (name, react) => on(this.root.querySelector(name), "click", react);
    press(".jump", () => this.nextBox());
    press(".play", () => this.toggle());
    press(".replay", () => this.replay());
    press(".earlier", () => this.frame(-1));
    press(".later", () => this.frame(1));
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
