// The buttons below the video, and what each of them does; keys come here as well.

const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];

class VideoControls {
  // `told` is { say(words for people who do not see the picture) }.
  constructor(root, stage, signal, told) {
    this.find = (name) => root.querySelector(name);
    this.root = root;
    this.stage = stage;
    this.told = told;
    const press = (name, react) => this.find(name).addEventListener("click", react, { signal });
    press(".jump", () => this.jump());
    press(".play", () => stage.toggle());
    press(".replay", () => stage.replay());
    press(".earlier", () => stage.frame(-1));
    press(".later", () => stage.frame(1));
    press(".slower", () => this.changeSpeed(-1));
    press(".faster", () => this.changeSpeed(1));
    press(".loop", () => this.toggleLoop());
    press(".zoom", () => this.toggleZoom());
    press(".full", () => this.toggleFullScreen());
    this.find(".full").hidden = !document.fullscreenEnabled;
    document.addEventListener("fullscreenchange", () => this.showFullScreen(), { signal });
    this.setSpeed(preference("speed", 1));
    this.showLoop();
  }

  jump() {
    if (!this.stage.stops?.length) return;
    this.stage.nextBox();
    this.told.say(`Standing on the box at ${seconds(this.stage.time())}`);
  }

  changeSpeed(direction) {
    const next = SPEEDS.indexOf(this.stage.playback.rate) + direction;
    if (!(next in SPEEDS)) return;
    this.setSpeed(SPEEDS[next]);
    setPreference("speed", SPEEDS[next]);
    this.told.say(`Speed ${SPEEDS[next]}`);
  }

  setSpeed(wanted) {
    const speed = SPEEDS.includes(wanted) ? wanted : 1;
    this.stage.playback.setRate(speed);
    this.find(".speed output").textContent = `${speed}×`;
    this.find(".slower").disabled = speed === SPEEDS[0];
    this.find(".faster").disabled = speed === SPEEDS.at(-1);
  }

  toggleLoop() {
    this.stage.replayer.setLoop(!this.stage.replayer.loop);
    this.showLoop();
    this.told.say(this.stage.replayer.loop ? "Loop on" : "Loop off");
  }

  showLoop() {
    this.find(".loop").setAttribute("aria-pressed", String(this.stage.replayer.loop));
  }

  toggleZoom() {
    this.stage.toggleZoom();
    this.told.say(this.stage.zoom.zoomed ? `Zoomed in ${this.stage.zoom.view.scale.toFixed(1)} times` : "Whole picture");
  }

  toggleFullScreen() {
    if (!document.fullscreenEnabled) return;
    if (document.fullscreenElement) document.exitFullscreen();
    else this.find(".rate").requestFullscreen().catch(() => this.told.say("The browser refused the full screen"));
  }

  showFullScreen() {
    this.find(".full span").textContent = document.fullscreenElement ? "Leave full screen" : "Full screen";
  }
}
