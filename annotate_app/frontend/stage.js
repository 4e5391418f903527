// The video, its time bar and its buttons. Times are seconds of the video's own clock (a frame's mediaTime).

const INTO_FRAME = 0.0005; // a time given to a millisecond means the frame that begins within half of one
const HOLD_MS = 1200; // how long playback rests on a frame that carries a box
const LEAD = 1.0; // seconds shown before and after what is claimed, so that its edges can be judged

class Stage {
  constructor(root, signal, told) {
    this.video = root.querySelector("video");
    this.canvas = root.querySelector("canvas");
    this.bar = new TimeBar(root.querySelector(".bar"), signal, {
      seek: (share) => this.goTo(share * this.duration()),
      box: (index) => this.byHand(() => this.toBox(index)),
    });
    this.root = root;
    this.told = told; // { moved() }
    this.boxes = [];
    this.shown = 0;
    this.listen(signal);
    this.watchFrames(signal);
  }

  show(claim) {
    clearTimeout(this.rest);
    this.claim = claim;
    this.boxes = claim.boxes;
    this.step = 1 / (claim.fps || 25) / (claim.variable ? 2 : 1); // short steps where frames differ in length
    this.passed = new Set();
    this.fresh = true;
    this.looping = true;
    this.atBox = this.boxes.length ? 0 : -1;
    this.trouble(claim.problem);
    const source = new URL(claim.video, location.href).href;
    if (this.video.src !== source) {
      this.video.src = source;
      this.video.load();
    } else if (this.video.readyState >= 1) this.begin();
    this.bar.mark(this.claim.span, this.boxes, this.duration());
  }

  // First sight of a claim: its box, standing still; or, where there is only a span, the span playing.
  begin() {
    this.video.style.aspectRatio = `${this.video.videoWidth || 16} / ${this.video.videoHeight || 9}`;
    this.boxes = this.claim.boxes.filter((box) => box[0] <= this.duration() + INTO_FRAME); // later ones have no frame
    this.atBox = this.boxes.length ? 0 : -1;
    this.bar.mark(this.claim.span, this.boxes, this.duration());
    this.root.querySelector(".jump").hidden = !this.boxes.length;
    if (this.boxes.length) this.toBox(0);
    else if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.seek(this.range()[0]);
    else this.replay();
  }

  duration() {
    const known = Number.isFinite(this.video.duration) ? this.video.duration : this.claim?.duration;
    return known || 0;
  }

  // What a replay shows: the claim with a little before and after it; all of the video when the claim lies outside it.
  range() {
    const end = this.duration();
    const times = [...this.boxes.map((box) => box[0]), ...(this.claim.span ?? [])].filter((time) => time <= end);
    if (!times.length) return [0, end];
    return [Math.max(0, Math.min(...times) - LEAD), Math.min(end, Math.max(...times) + LEAD)];
  }

  seek(time) {
    clearTimeout(this.rest);
    this.repeats = 0;
    this.stepping = null;
    this.video.currentTime = this.within(time);
  }

  // The nearest time at which the video shows a frame, a little into that frame.
  within(time) {
    const end = Math.max(0, this.duration() - this.step / 2);
    return Math.min(end, Math.max(0, time)) + INTO_FRAME;
  }

  // A standing video may have shown the frame sought for without saying which: then ask for it again, or the time
  // on the page, and the steps counted from it, would be those of the frame before.
  settle() {
    this.moved();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settled(), 80 * 2 ** this.repeats);
  }

  settled() {
    const sought = this.video.currentTime;
    const stale = this.shown > sought + INTO_FRAME || this.shown < sought - 1.02 * this.step;
    const expected = this.claim.variable && this.stepping; // a long frame looks the same as a silent one
    if (!this.video.paused || this.video.seeking) return;
    if (!stale || expected) return this.further();
    this.repeats += 1;
    if (this.repeats < 4) this.video.currentTime = sought;
    else if (!this.claim.variable) this.onFrame(Math.floor(sought / this.step + 1e-6) * this.step); // where it must be
  }

  toBox(index) {
    if (!this.boxes.length) return;
    this.video.pause();
    this.atBox = ((index % this.boxes.length) + this.boxes.length) % this.boxes.length;
    this.seek(this.boxes[this.atBox][0]);
  }

  nextBox() {
    this.toBox(this.resting() ? this.atBox + 1 : 0);
  }

  // True while the picture stands still on the frame of box `atBox`.
  resting() {
    if (this.atBox < 0 || !this.video.paused || this.video.seeking) return false;
    return Math.abs(this.video.currentTime - this.within(this.boxes[this.atBox][0])) < 1e-4;
  }

  replay() {
    this.fresh = false;
    this.looping = true;
    this.passed.clear();
    this.seek(this.range()[0]);
    this.play();
  }

  play() {
    if (this.resting()) this.pass(this.atBox);
    clearTimeout(this.rest);
    this.holding = false;
    this.video.play().catch(() => this.moved()); // a browser may refuse to start without a gesture
  }

  toggle() {
    const wasPlaying = !this.video.paused || this.holding;
    clearTimeout(this.rest);
    this.holding = false;
    if (wasPlaying) this.video.pause();
    else if (this.fresh) this.replay();
    else this.play();
    this.moved();
  }

  // Sought by hand: play on freely from there, without the loop.
  goTo(time) {
    this.byHand(() => this.seek(time));
    this.looping = false;
    this.passed = new Set(this.boxes.keys());
  }

  byHand(move) {
    this.fresh = false;
    this.holding = false;
    move();
  }

  // One frame on or back, aiming at the middle of it.
  frame(direction, reach = 1, from = this.shown) {
    this.holding = false;
    this.video.pause();
    const middle = this.video.seeking ? this.video.currentTime : from + this.step / 2;
    this.seek(middle + direction * reach * this.step - INTO_FRAME);
    this.stepping = { direction, reach, from };
  }

  // Where frames last longer than usual, reach further until the picture changes.
  further() {
    const step = this.stepping;
    this.stepping = null;
    if (!step || Math.abs(this.shown - step.from) > 1e-6 || step.reach >= 32) return;
    const inside = step.direction > 0 ? step.from + 2 * this.step < this.duration() : step.from > this.step / 2;
    if (inside) this.frame(step.direction, step.reach + 1, step.from);
  }

  watchFrames(signal) {
    const video = this.video;
    const next = (callback) =>
      video.requestVideoFrameCallback
        ? video.requestVideoFrameCallback((_now, about) => callback(about.mediaTime))
        : requestAnimationFrame(() => callback(video.currentTime));
    const each = (time) => {
      if (signal.aborted) return;
      this.onFrame(time);
      next(each);
    };
    next(each);
  }

  onFrame(time) {
    this.shown = time;
    if (!this.video.paused && !this.holding && this.claim) this.whilePlaying(time);
    this.moved();
  }

  whilePlaying(time) {
    const due = this.boxes.findIndex((box, i) => !this.passed.has(i) && box[0] < time + this.step);
    if (due >= 0) return this.hold(due);
    if (this.looping && time >= this.range()[1] - 1.5 * this.step) this.again();
  }

  again() {
    this.passed.clear();
    this.seek(this.range()[0]);
    if (this.video.paused) this.play();
  }

  // A box belongs to one frame: rest there, or nobody would see it.
  hold(index) {
    this.pass(index);
    this.toBox(index);
    this.holding = true;
    this.rest = setTimeout(() => {
      if (this.holding) this.play();
    }, HOLD_MS);
  }

  // Boxes at one time are one stop, not several.
  pass(index) {
    const time = this.boxes[index][0];
    this.boxes.forEach((box, i) => Math.abs(box[0] - time) < this.step / 2 && this.passed.add(i));
  }

  visibleBoxes() {
    if (this.resting()) {
      const time = this.boxes[this.atBox][0];
      return this.boxes.filter((box) => Math.abs(box[0] - time) < 1e-6);
    }
    if (this.video.seeking) return [];
    const slack = 1e-4;
    return this.boxes.filter((box) => this.shown <= box[0] + slack && box[0] + slack < this.shown + this.step);
  }

  moved() {
    if (!this.claim) return;
    const visible = this.visibleBoxes();
    drawBoxes(this.canvas, this.video, visible);
    this.canvas.dataset.boxes = visible.length;
    this.canvas.dataset.time = this.shown.toFixed(6);
    this.write(visible);
    this.told.moved();
  }

  write(visible) {
    const playing = !this.video.paused || this.holding;
    const [start, end] = this.claim.span ?? [Infinity, -Infinity];
    const inside = this.shown >= start - 1e-3 && this.shown <= end;
    this.bar.show(this.shown, this.duration());
    this.root.querySelector(".stage").classList.toggle("inside", inside);
    this.root.querySelector(".play span").textContent = playing ? "Pause" : "Play";
    const which = this.boxes.length > 1 && this.resting() ? `box ${this.atBox + 1} of ${this.boxes.length}` : "box shown";
    const place = visible.length ? which : inside ? "in the span" : "";
    const readout = this.root.querySelector(".readout");
    readout.textContent = `${this.shown.toFixed(2)} s` + (place ? ` · ${place}` : "");
    readout.classList.toggle("boxed", visible.length > 0);
  }

  stop() {
    clearTimeout(this.rest);
    clearTimeout(this.settling);
  }

  trouble(words) {
    const box = this.root.querySelector(".trouble");
    box.hidden = !words;
    box.querySelector("p").textContent = words || "";
  }

  listen(signal) {
    const on = (target, name, react) => target.addEventListener(name, react, { signal });
    on(this.video, "loadedmetadata", () => this.claim && this.begin());
    on(this.video, "loadeddata", () => this.trouble(this.claim?.problem));
    on(this.video, "seeked", () => this.settle());
    on(this.video, "play", () => this.moved());
    on(this.video, "pause", () => this.moved());
    on(this.video, "ended", () => this.looping && this.again());
    on(this.video, "error", () => this.trouble("The video cannot be played here. Load it again, or skip this claim."));
    on(this.root.querySelector(".reload"), "click", () => this.video.load());
    on(this.video, "click", () => this.toggle());
    const press = (name, react) => on(this.root.querySelector(name), "click", react);
    press(".jump", () => this.nextBox());
    press(".play", () => this.toggle());
    press(".replay", () => this.replay());
    press(".earlier", () => this.frame(-1));
    press(".later", () => this.frame(1));
    const resized = new ResizeObserver(() => this.moved());
    resized.observe(this.video);
    signal.addEventListener("abort", () => resized.disconnect());
  }
}
