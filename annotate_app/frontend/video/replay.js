// Playing through what is claimed: from a little before it to a little after it, resting on every box on the way, and
// over again while the loop is on.

const HOLD_MS = 1200; // how long playback rests on a frame that carries a box
const LEAD = 1.0; // seconds shown before and after what is claimed, so that its edges can be judged

class Replay {
  // `stage` is what is played on: its times, stops and range, and how to stand and play there.
  constructor(stage) {
    this.stage = stage;
    this.loop = preference("loop", true);
    this.reset();
  }

  reset() {
    this.stopHolding();
    this.bounded = false; // whether it ends where the claim ends; playing freely ends with the video
    this.passed = new Set(); // boxes that were rested on this time
  }

  setLoop(on) {
    this.loop = on;
    setPreference("loop", on);
  }

  // What it shows: the claim with a little before and after it; all of the video when the claim lies outside it.
  range() {
    const { times, boxes, span } = this.stage;
    const [begins, end] = [times.begins(0), times.end];
    const known = [...boxes.map((box) => box[0]), ...(span ?? [])].filter((time) => time <= end);
    if (!known.length) return [begins, end];
    return [Math.max(begins, Math.min(...known) - LEAD), Math.min(end, Math.max(...known) + LEAD)];
  }

  start() {
    this.stage.halt();
    this.bounded = true;
    this.passed.clear();
    this.stage.play(this.range()[0]);
    this.passed.delete(this.stage.number); // a box on the first frame is rested on as well
  }

  // Sought by hand: no box is rested on any more, and the end of the claim is no end.
  free() {
    this.bounded = false;
    this.passed = new Set(this.stage.stops);
  }

  // Play on from where one stands; from the end of the claim, beyond it.
  goOn() {
    const { stage } = this;
    if (this.bounded && stage.time() >= this.range()[1] - 0.1) this.free();
    this.passed.add(stage.number);
    stage.play();
  }

  // A frame of the moving picture came: returns whether playback went elsewhere instead.
  turned(number, time) {
    const due = this.stage.stops.find((stop) => !this.passed.has(stop) && stop <= number);
    if (due !== undefined) this.hold(due);
    else if (this.bounded && time >= this.range()[1] - 1e-3) this.ended();
    else return false;
    return true;
  }

  // A box belongs to one frame, and nobody would see it in passing.
  hold(stop) {
    const { stage } = this;
    this.passed.add(stop);
    stage.rest(stop).then(() => {
      if (stage.number !== stop || stage.playing()) return;
      this.holding = true;
      stage.moved();
      this.waiting = setTimeout(() => this.holding && stage.play(), HOLD_MS);
    });
  }

  stopHolding() {
    clearTimeout(this.waiting);
    this.holding = false;
  }

  ended() {
    const { stage } = this;
    if (this.bounded && this.loop) return this.start();
    stage.rest(this.bounded ? stage.times.at(this.range()[1] - 1e-3) : stage.times.count - 1);
  }
}
