// Other tabs of this browser in which the same rater has the same study open.

const TAB_MS = 4000;

class OtherTabs {
  constructor(study, rater, told) {
    this.told = told; // { open(isOpen), rated(claim) }
    this.seen = new Map(); // when each other tab was heard last
    this.overtaken = new Set(); // claims that another tab has rated since this one showed them
    this.me = Math.random().toString(36).slice(2);
    if (!("BroadcastChannel" in window)) return;
    this.channel = new BroadcastChannel(`referee-calib/${study}/${rater}`);
    this.channel.onmessage = ({ data }) => this.hear(data);
    this.telling = setInterval(() => this.tell(), TAB_MS);
    this.leave = () => this.say({ kind: "gone" });
    window.addEventListener("pagehide", this.leave);
    this.say({ kind: "here", answer: true });
  }

  say(what) {
    this.channel?.postMessage({ ...what, tab: this.me });
  }

  tell() {
    this.say({ kind: "here" });
    const late = performance.now() - 3 * TAB_MS; // a tab in the background is slow, a killed one says nothing
    for (const [tab, at] of [...this.seen]) if (at < late) this.seen.delete(tab);
    this.told.open(this.seen.size > 0);
  }

  hear({ kind, tab, answer, claim }) {
    if (kind === "gone") this.seen.delete(tab);
    else this.seen.set(tab, performance.now());
    if (kind === "rated") {
      this.overtaken.add(claim);
      this.told.rated(claim);
    }
    if (answer) this.say({ kind: "here" });
    this.told.open(this.seen.size > 0);
  }

  rated(claim) {
    this.say({ kind: "rated", claim });
  }

  // Whether another tab has rated a claim since it was shown here; the second question gets a no.
  wasOvertaken(claim) {
    return this.overtaken.delete(claim);
  }

  close() {
    clearInterval(this.telling);
    if (!this.channel) return;
    window.removeEventListener("pagehide", this.leave);
    this.leave();
    this.channel.close();
  }
}
