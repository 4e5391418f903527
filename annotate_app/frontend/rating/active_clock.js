// Active seconds: the page is in front, nothing is being saved, and something happened within the last minute.

const IDLE_MS = 60000;

class ActiveClock {
  // `told` is { running() -> whether there is something to do now, second() }.
  constructor(signal, told) {
    this.seconds = 0;
    this.stir();
    for (const name of ["pointermove", "pointerdown", "keydown"]) window.addEventListener(name, () => this.stir(), { signal });
    const clock = setInterval(() => {
      if (document.hidden || !told.running() || performance.now() - this.last >= IDLE_MS) return;
      this.seconds += 1;
      told.second();
    }, 1000);
    signal.addEventListener("abort", () => clearInterval(clock));
  }

  stir() {
    this.last = performance.now();
  }

  restart() {
    this.seconds = 0;
    this.stir();
  }
}
