// The moving picture: the browser's own <video>, or, where it does not play the file, one frame of the server after the
// other. Times are seconds on the study's clock; a browser's own clock may begin elsewhere, and its first frame says where.

class Playback {
  // `told` is { at(time), page(time) -> promise, ended(), unplayable() }.
  constructor(video, signal, told) {
    this.video = video;
    this.told = told;
    this.playing = false;
    this.rate = 1;
    const on = (name, react) => video.addEventListener(name, react, { signal });
    on("loadeddata", () => this.learnStart());
    on("ended", () => this.playing && told.ended());
    on("error", () => this.fail());
    this.watch(signal);
  }

  open(source, times) {
    this.stop();
    this.times = times;
    const address = new URL(source, location.href).href;
    if (this.video.src === address && !this.pages) return;
    this.pages = false;
    this.offset = times.begins(0);
    this.video.src = address;
    this.video.load();
    this.setRate(this.rate); // loading sets it back
  }

  // How many times faster than the video it plays.
  setRate(rate) {
    this.rate = rate;
    this.video.defaultPlaybackRate = this.video.playbackRate = rate;
    if (this.playing && this.pages) this.turnPages(this.time ?? this.times.begins(0));
  }

  // The time that the browser gives to the first frame tells how its clock differs from the study's.
  learnStart() {
    const { video, times } = this;
    const learn = (_now, about) => {
      if (times === this.times && !this.playing && video.currentTime === 0) this.offset = times.begins(0) - about.mediaTime;
    };
    if (video.currentTime === 0) video.requestVideoFrameCallback?.(learn);
  }

  start(time) {
    this.playing = true;
    if (this.pages) return this.turnPages(time);
    this.video.currentTime = Math.max(0, time - this.offset) + INTO_FRAME;
    this.video.play().catch((error) => {
      if (error.name === "NotSupportedError") this.fail();
      else if (error.name !== "AbortError") this.stop(); // a browser may refuse to start without a gesture
    });
  }

  stop() {
    this.playing = false;
    this.video.pause();
  }

  fail() {
    if (this.pages || !this.times) return;
    this.pages = true;
    this.told.unplayable();
    if (this.playing) this.turnPages(this.time ?? this.times.begins(0));
  }

  watch(signal) {
    const { video } = this;
    const next = (react) =>
      video.requestVideoFrameCallback
        ? video.requestVideoFrameCallback((_now, about) => react(about.mediaTime))
        : requestAnimationFrame(() => react(video.currentTime));
    const each = (time) => {
      if (signal.aborted) return;
      if (this.playing && !this.pages && !video.seeking) this.told.at((this.time = time + this.offset));
      next(each);
    };
    next(each);
  }

  // As fast as frames come, and no faster than was asked for: frames that come too late are left out.
  async turnPages(time) {
    const run = (this.run = (this.run ?? 0) + 1);
    const began = performance.now();
    while (this.playing && run === this.run) {
      const now = time + (this.rate * (performance.now() - began)) / 1000;
      if (now >= this.times.end) return this.told.ended();
      this.time = now;
      await this.told.page(now);
      await new Promise(requestAnimationFrame);
    }
  }
}
