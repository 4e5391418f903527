// When every frame of a video is shown, as the server counted them. Times are seconds on the study's clock.

const INTO_FRAME = 0.0005; // a time given to a millisecond means the frame that begins within half of one

class FrameTimes {
  // `table` is { start, end, tick: [numerator, denominator], runs: [[how many, ticks from one frame to the next], …] }.
  constructor({ start, end, tick: [numerator, denominator], runs }) {
    this.end = end;
    this.count = 1 + runs.reduce((sum, [many]) => sum + many, 0);
    this.starts = new Float64Array(this.count);
    this.starts[0] = start;
    let [at, ticks] = [0, 0];
    for (const [many, step] of runs)
      for (let i = 0; i < many; i++) this.starts[++at] = start + (numerator * (ticks += step)) / denominator;
  }

  begins(number) {
    return this.starts[number];
  }

  ends(number) {
    return number + 1 < this.count ? this.starts[number + 1] : this.end;
  }

  // The frame shown at a time: the first one before the video begins, the last one after it has ended.
  at(time) {
    let [low, high] = [0, this.count - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= time + INTO_FRAME) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
