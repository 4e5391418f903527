// The box and the span that a rater would have given: one box for each frame on which the claim has one, one span where
// the claim has one. Corners are shares of the picture, times are seconds. It never begins with the model's own.

const STEP = 0.01; // of the picture, by a key, without zoom
const LEAST_SIDE = 0.002; // of the picture
const FIRST_SIDE = 0.2; // of the picture, of a box that is begun by a key

class OwnMarks {
  constructor() {
    this.clear();
  }

  clear() {
    Object.assign(this, { boxes: new Map(), span: [null, null], reason: "", covered: false, seconds: 0 });
  }

  // Take over what was given or kept: the parts of a mark as `json` writes them.
  load(mark) {
    this.clear();
    if (!mark) return;
    for (const [time, ...corners] of mark.boxes) this.boxes.set(time, corners);
    Object.assign(this, { span: mark.span ?? [null, null], reason: mark.reason, covered: mark.covered, seconds: mark.seconds });
  }

  // Null while there is nothing to keep.
  json() {
    const boxes = [...this.boxes].sort(([a], [b]) => a - b).map(([time, corners]) => [time, ...corners]);
    const span = this.hasSpan() ? this.span : null;
    if (!boxes.length && !span && !this.reason) return null;
    return { boxes, span, reason: this.reason, covered: this.covered, seconds: this.seconds };
  }

  withdrawn() {
    return { boxes: [], span: null, reason: "withdrawn", covered: this.covered, seconds: this.seconds };
  }

  copy() {
    const other = new OwnMarks();
    Object.assign(other, { ...this, boxes: new Map(this.boxes), span: [...this.span] });
    return other;
  }

  hasSpan() {
    return this.span.every((time) => time !== null) && this.span[0] < this.span[1];
  }

  // What of a claim with boxes at these times, and a span or none, is not marked yet; null when nothing.
  missing(times, hasSpan) {
    const box = times.find((time) => !this.boxes.has(time));
    if (box !== undefined) return { box };
    return hasSpan && !this.hasSpan() ? { span: true } : null;
  }

  setSpan(side, time) {
    this.reason = "";
    this.span[side] = time;
    const [start, end] = this.span;
    if (start !== null && end !== null && start >= end) this.span[1 - side] = null; // the later word counts
  }

  setBox(time, [x1, y1, x2, y2]) {
    this.reason = "";
    const within = (value) => Math.min(1, Math.max(0, value));
    const [left, right] = [within(Math.min(x1, x2)), within(Math.max(x1, x2))];
    const [top, bottom] = [within(Math.min(y1, y2)), within(Math.max(y1, y2))];
    if (right - left < LEAST_SIDE || bottom - top < LEAST_SIDE) return false;
    this.boxes.set(time, [left, top, right, bottom].map((value) => Math.round(value * 1e5) / 1e5));
    return true;
  }

  // Move a box as a whole; it stays on the picture.
  move(time, dx, dy) {
    const [x1, y1, x2, y2] = this.boxes.get(time);
    const along = (shift, low, high) => Math.min(1 - high, Math.max(-low, shift));
    const [x, y] = [along(dx, x1, x2), along(dy, y1, y2)];
    this.setBox(time, [x1 + x, y1 + y, x2 + x, y2 + y]);
  }

  // Move its right and lower edge.
  resize(time, dx, dy) {
    const [x1, y1, x2, y2] = this.boxes.get(time);
    this.setBox(time, [x1, y1, Math.max(x1 + LEAST_SIDE * 2, x2 + dx), Math.max(y1 + LEAST_SIDE * 2, y2 + dy)]);
  }

  // A key moves or resizes the box; the first one makes it, in the middle of what is seen.
  nudge(time, [dx, dy], { resize, zoom, middle }) {
    if (!this.boxes.has(time)) {
      const half = FIRST_SIDE / zoom / 2;
      return this.setBox(time, [middle[0] - half, middle[1] - half, middle[0] + half, middle[1] + half]);
    }
    const step = STEP / zoom;
    if (resize) this.resize(time, dx * step, dy * step);
    else this.move(time, dx * step, dy * step);
    return true;
  }
}
