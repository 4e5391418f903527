// Drawing a box with the pointer: a new one where there is none under it, else the one there is moved, or resized by the
// edge or corner that was taken.

const GRIP = 14; // pixels around an edge in which it is taken

class BoxPointer {
  // `told` is { active() -> whether boxes are drawn now, area() -> where the picture lies, box() -> corners or null,
  // draw(corners) }.
  constructor(stage, signal, told) {
    this.stage = stage;
    this.told = told;
    const on = (name, react) => stage.addEventListener(name, react, { signal });
    on("pointerdown", (event) => this.press(event));
    on("pointermove", (event) => this.drag(event));
    on("pointerup", () => (this.held = null));
    on("pointercancel", () => (this.held = null));
  }

  // Where a pointer is, in shares of the picture.
  shareAt(event) {
    const place = this.stage.getBoundingClientRect();
    const area = this.told.area();
    return [
      (event.clientX - place.left - area.left) / area.width,
      (event.clientY - place.top - area.top) / area.height,
    ];
  }

  press(event) {
    if (event.button !== 0 || event.target.closest("button") || !this.told.active()) return;
    event.preventDefault();
    this.stage.setPointerCapture(event.pointerId);
    const at = this.shareAt(event);
    this.held = { at, box: this.told.box(), grips: this.gripsAt(at) };
  }

  // Which edges are under the pointer: [left, top, right, bottom], all of them inside the box, null beside it.
  gripsAt([x, y]) {
    const box = this.told.box();
    if (!box) return null;
    const area = this.told.area();
    const [gripX, gripY] = [GRIP / area.width, GRIP / area.height];
    const [x1, y1, x2, y2] = box;
    if (x < x1 - gripX || x > x2 + gripX || y < y1 - gripY || y > y2 + gripY) return null;
    const edges = [Math.abs(x - x1) < gripX, Math.abs(y - y1) < gripY, Math.abs(x - x2) < gripX, Math.abs(y - y2) < gripY];
    if (edges[0] && edges[2]) edges[x < (x1 + x2) / 2 ? 2 : 0] = false; // of a small box the nearer one
    if (edges[1] && edges[3]) edges[y < (y1 + y2) / 2 ? 3 : 1] = false;
    return edges.some(Boolean) ? edges : [true, true, true, true];
  }

  drag(event) {
    if (!this.held || !this.told.active()) return;
    const at = this.shareAt(event);
    const { at: from, box, grips } = this.held;
    if (!grips) return this.told.draw([...from, ...at]);
    const shift = [at[0] - from[0], at[1] - from[1]];
    if (grips.every(Boolean)) {
      shift[0] = Math.min(1 - box[2], Math.max(-box[0], shift[0]));
      shift[1] = Math.min(1 - box[3], Math.max(-box[1], shift[1]));
    }
    this.told.draw(box.map((value, side) => (grips[side] ? value + shift[side % 2] : value)));
  }
}
