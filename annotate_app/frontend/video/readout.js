// Where the video stands, in words: the time, and whether the claim's box is on the picture or its span is running.

class Readout {
  constructor(root, stage) {
    this.root = root;
    this.stage = stage;
  }

  write(visible, own, tiny) {
    const { stage, root } = this;
    const inside = this.inSpan();
    stage.bar.show(stage.time(), stage.times?.end ?? 0);
    stage.frameOf.classList.toggle("inside", inside);
    root.querySelector(".play span").textContent = stage.playing() || stage.replayer.holding ? "Pause" : "Play";
    root.querySelector(".zoom span").textContent = stage.zoom.zoomed ? "Whole picture" : "Zoom in";
    const place = this.place(visible, own, tiny, inside);
    const readout = root.querySelector(".readout");
    readout.textContent = seconds(this.timeShown(visible)) + (place ? ` · ${place}` : "");
    readout.classList.toggle("boxed", visible.length > 0);
  }

  // On the frame of a box it is the box's own time, as the claim says it; elsewhere when the frame begins.
  timeShown(visible) {
    return visible.length && visible[0][0] <= this.stage.times.end ? visible[0][0] : this.stage.time();
  }

  inSpan() {
    const [start, end] = this.stage.span ?? [Infinity, -Infinity];
    return this.stage.time() >= start - 1e-3 && this.stage.time() <= end;
  }

  place(visible, own, tiny, inside) {
    const { stops, presented } = this.stage;
    if (!visible.length) return own ? "your box" : inside ? "in the span" : "";
    const which = stops.length > 1 ? `box ${stops.indexOf(presented) + 1} of ${stops.length}` : "box shown";
    return tiny ? `${which}, smaller than drawn` : which;
  }
}

// One way to write a time, wherever it stands.
function seconds(time) {
  return `${time.toFixed(2)} s`;
}
