// A closer look at part of the picture. The view is { scale, x, y }: how many times larger, and what lies in the middle
// of the stage, in shares of the stage.

const WHOLE = { scale: 1, x: 0.5, y: 0.5 };
const MOST = 40; // times: a box of one pixel of a large video fills a good part of the stage
const BOX_SHARE = 0.45; // of the stage that a box takes when zoomed into
const PAN = 0.15; // of what is seen, by a key

class Zoom {
  // `told` is { changed(), held() -> whether the pointer is wanted for something else }.
  constructor(stage, signal, told) {
    this.stage = stage;
    this.told = told;
    this.view = { ...WHOLE };
    const on = (name, react) => stage.addEventListener(name, react, { signal });
    on("pointerdown", (event) => this.grab(event));
    on("pointermove", (event) => this.drag(event));
    on("pointerup", () => (this.from = null));
    on("pointercancel", () => (this.from = null));
    stage.addEventListener("wheel", (event) => this.wheel(event), { signal, passive: false });
  }

  get zoomed() {
    return this.view.scale > 1;
  }

  whole() {
    this.set({ ...WHOLE });
  }

  // Zoom into an area [left, top, right, bottom] of the stage, in shares of it.
  into([left, top, right, bottom]) {
    const scale = BOX_SHARE / Math.max(right - left, bottom - top, BOX_SHARE / MOST);
    this.set({ scale: Math.max(1.5, scale), x: (left + right) / 2, y: (top + bottom) / 2 });
  }

  set({ scale, x, y }) {
    const half = 0.5 / scale;
    const within = (value) => Math.min(1 - half, Math.max(half, value));
    this.view = { scale, x: within(x), y: within(y) };
    const { style } = this.stage.querySelector(".view");
    const shift = (middle) => `${100 * (0.5 - scale * middle)}%`;
    style.transform = scale === 1 ? "" : `translate(${shift(this.view.x)}, ${shift(this.view.y)}) scale(${scale})`;
    this.stage.classList.toggle("zoomed", scale > 1);
    this.stage.dataset.zoom = scale.toFixed(2);
    this.told.changed();
  }

  // Look elsewhere, by steps of what is seen.
  pan(dx, dy) {
    const { scale, x, y } = this.view;
    this.set({ scale, x: x + (PAN * dx) / scale, y: y + (PAN * dy) / scale });
  }

  grab(event) {
    this.moved = false;
    if (!this.zoomed || this.told.held() || event.button !== 0 || event.target.closest("button")) return;
    this.from = { x: event.clientX, y: event.clientY, view: this.view };
    this.stage.setPointerCapture(event.pointerId);
  }

  drag(event) {
    if (!this.from) return;
    const { width, height } = this.stage.getBoundingClientRect();
    const [dx, dy] = [event.clientX - this.from.x, event.clientY - this.from.y];
    if (Math.hypot(dx, dy) > 3) this.moved = true; // then letting go is no click
    const { scale, x, y } = this.from.view;
    this.set({ scale, x: x - dx / width / scale, y: y - dy / height / scale });
  }

  // The wheel with Ctrl, which is also what two fingers on a touchpad send; without it the page scrolls as usual.
  wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const area = this.stage.getBoundingClientRect();
    const { scale, x, y } = this.view;
    const next = Math.min(MOST, Math.max(1, scale * Math.exp(-event.deltaY / 200)));
    const hold = (middle, share) => middle + (share - 0.5) * (1 / scale - 1 / next); // what is under the pointer stays
    this.set({
      scale: next,
      x: hold(x, (event.clientX - area.left) / area.width),
      y: hold(y, (event.clientY - area.top) / area.height),
    });
  }
}
