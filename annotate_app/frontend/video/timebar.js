// The video's length as a bar: a band for the claimed span, a lozenge for every box, a line for now.

class TimeBar {
  // `told` is { seek(share of the video), box(index) }.
  constructor(timeline, signal, told) {
    const bar = timeline.querySelector(".bar");
    this.timeline = timeline;
    this.bar = bar;
    this.told = told;
    const drag = (event) => {
      const area = bar.getBoundingClientRect();
      told.seek((event.clientX - area.left) / area.width);
    };
    const press = (event) => {
      bar.setPointerCapture(event.pointerId);
      drag(event);
    };
    bar.addEventListener("pointerdown", press, { signal });
    bar.addEventListener("pointermove", (event) => event.buttons && drag(event), { signal });
  }

  mark(span, boxes, total) {
    const share = (time) => `${Math.min(100, (100 * time) / (total || 1))}%`;
    const band = this.bar.querySelector(".span");
    band.hidden = !span || !total;
    if (!band.hidden) {
      band.style.left = share(span[0]);
      band.style.width = `calc(${share(span[1])} - ${share(span[0])})`;
    }
    const marks = total ? boxes.map((box, index) => this.lozenge(index, box[0], share(box[0]))) : [];
    this.timeline.querySelector(".marks").replaceChildren(...marks);
  }

  // The span that the rater has set, or as much of it as there is.
  markOwn([start, end], total) {
    const band = this.bar.querySelector(".own-span");
    band.hidden = !total || (start === null && end === null);
    if (band.hidden) return;
    const [from, to] = [start ?? end, end ?? start];
    band.style.left = `${(100 * from) / total}%`;
    band.style.width = `${(100 * (to - from)) / total}%`;
  }

  lozenge(index, time, left) {
    const mark = element("button", "mark");
    Object.assign(mark, { type: "button", tabIndex: -1, title: `Box at ${seconds(time)}` });
    mark.style.left = left;
    mark.addEventListener("click", () => this.told.box(index));
    return mark;
  }

  show(time, total) {
    this.timeline.style.setProperty("--at", `${(100 * time) / (total || 1)}%`);
    this.bar.setAttribute("aria-valuemax", total.toFixed(2));
    this.bar.setAttribute("aria-valuenow", time.toFixed(2));
    this.bar.setAttribute("aria-valuetext", `${time.toFixed(2)} seconds`);
  }
}
