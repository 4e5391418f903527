// How much of a claim's evidence was on the screen: of the frames within its span, and of those within half a second of
// each of its boxes (the box's own frame at least), the share that was presented. A browser tells of few of the frames
// that it plays when it is busy, so what lies between two frames that it told of, a quarter of a second apart at most,
// was presented as well.

const AROUND = 0.5; // seconds before and after a box
const GAP = 0.25; // seconds of playback between two frames that the browser tells of

class WatchedFrames {
  constructor(times, { boxes, span }) {
    this.times = times;
    this.wanted = new Set();
    for (const [time] of boxes) {
      this.want(time - AROUND, time + AROUND);
      if (time <= times.end + END_ROUNDING) this.wanted.add(times.at(time));
    }
    if (span) this.want(span[0], span[1]);
    this.boxes = new Set(boxes.map(([time]) => times.at(time)));
    this.seen = new Set();
    this.last = null;
  }

  want(from, to) {
    const { times } = this;
    if (from > times.end || to < times.begins(0)) return;
    for (let number = times.at(from); number <= times.at(to); number++) this.wanted.add(number);
  }

  // A frame that stands still.
  rested(number) {
    this.seen.add(number);
    this.last = null;
  }

  // A frame of the moving picture.
  played(number) {
    const onward = this.last !== null && number > this.last;
    const near = onward && this.times.begins(number) - this.times.begins(this.last) <= GAP;
    for (let passed = near ? this.last + 1 : number; passed <= number; passed++) this.seen.add(passed);
    this.last = number;
  }

  // From 0 to 1; null when nothing of the evidence lies within the video.
  share() {
    if (!this.wanted.size) return null;
    let presented = 0;
    for (const number of this.wanted) presented += this.seen.has(number);
    return presented / this.wanted.size;
  }
}
