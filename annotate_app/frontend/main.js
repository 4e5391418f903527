// One claim on the page: the stage, the scales, the outbox, the keys. Streamlit hands over a claim as `data`
// and is asked for another one by the trigger "turn".

const ASK_MS = 2000;
const IDLE_MS = 60000;
const SKIPS = {
  "cannot judge": "I cannot judge this claim",
  "not visible": "I cannot see it well enough",
  "video broken": "The video does not play",
  other: "Another reason, written in the note",
};

class Player {
  constructor(root) {
    this.root = root;
    this.aborter = new AbortController();
    const signal = this.aborter.signal;
    this.find = (name) => root.querySelector(name);
    this.stage = new Stage(root, signal, { moved: () => this.stir() });
    const hint = (scale) => (this.find(".hint").textContent = `${scale.title}: ${scale.help}`);
    this.scales = new Scales(this.find(".scales"), { chosen: () => this.changed(), turned: hint });
    this.reasons = new Scales(this.find(".reasons"), { chosen: () => this.reasonChosen() }, 1);
    this.clock = setInterval(() => this.tick(), 1000);
    keepFocus(root, signal);
    this.listen(signal);
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    const same = this.data && data.claim === this.data.claim && data.turn === this.data.turn;
    const before = this.data;
    this.data = data;
    if (!this.outbox || before.rater !== data.rater || before.study !== data.study) this.openOutbox();
    if (!same) this.show();
    this.outbox.flush();
  }

  openOutbox() {
    this.outbox?.close();
    this.outbox = new Outbox(this.data.study, this.data.rater, {
      waiting: (count, why) => this.sayWaiting(count, why),
      saved: (act) => this.saved(act),
      refused: (_act, why) => this.refused(why),
      elsewhere: (act) => this.sentElsewhere(act),
    });
  }

  show() {
    const data = this.data;
    clearInterval(this.asking);
    this.locked = false;
    this.seconds = 0;
    this.lastStir = performance.now();
    this.find(".rate").dataset.claim = data.claim;
    this.find(".rate").classList.remove("busy");
    this.find(".question").textContent = data.question || "—";
    this.find(".answer").textContent = data.answer || "—";
    this.find(".phrase").textContent = data.object;
    this.find(".phrase").hidden = !data.object;
    this.find(".where").textContent = where(data);
    this.find(".back").disabled = !data.previous;
    const draft = this.draft() ?? data.given;
    this.find(".note input").value = draft.note || "";
    this.skipping(false);
    this.scales.show(data.scales, draft.levels || {});
    this.reasons.show([reasonScale(data.reasons)], {});
    this.stage.show(data);
    this.changed();
    const before = data.given.reason ? `You skipped this claim: ${data.given.reason}.` : "";
    this.say(before || (Object.keys(data.given.levels).length ? "You rated this claim before; saving corrects it." : ""));
    if (this.root.activeElement || document.activeElement === document.body) this.scales.focus();
  }

  // ---- what has been entered ----

  draftKey() {
    return `referee-calib/draft/${this.data.study}/${this.data.rater}/${this.data.claim}`;
  }

  draft() {
    try {
      return JSON.parse(localStorage.getItem(this.draftKey()) || "null");
    } catch {
      return null;
    }
  }

  changed() {
    if (this.locked) return;
    this.find(".save").classList.toggle("ready", this.scales.complete());
    const draft = { levels: this.scales.levels, note: this.find(".note input").value };
    const worth = JSON.stringify(draft) !== JSON.stringify({ levels: this.data.given.levels, note: this.data.given.note });
    try {
      if (worth) localStorage.setItem(this.draftKey(), JSON.stringify(draft));
      else localStorage.removeItem(this.draftKey());
    } catch {
      return; // without storage a reload loses what was not saved yet, and nothing else
    }
  }

  save() {
    if (this.locked) return;
    if (!this.scales.complete()) {
      this.scales.activate(this.scales.open());
      this.scales.focus();
      return this.say(`${this.data.scales[this.scales.open()].title} still needs a level.`, "warn");
    }
    this.send({ levels: this.scales.levels, reason: "" });
  }

  skipping(on) {
    this.find(".skip").hidden = !on;
    this.find(".judge").classList.toggle("skipping", on);
  }

  isSkipping() {
    return !this.find(".skip").hidden;
  }

  openSkip() {
    if (this.locked) return;
    this.skipping(true);
    this.reasons.focus();
  }

  closeSkip() {
    this.skipping(false);
    this.scales.focus();
  }

  reason() {
    return this.data.reasons[this.reasons.levels.reason];
  }

  reasonChosen() {
    if (this.reason() === "other") this.find(".note input").focus();
  }

  skip() {
    if (this.locked) return;
    if (!this.reason()) return this.say("Choose a reason first.", "warn");
    if (this.reason() === "other" && !this.find(".note input").value.trim()) {
      this.find(".note input").focus();
      return this.say("Please write the reason in the note.", "warn");
    }
    this.send({ levels: {}, reason: this.reason() });
  }

  send(what) {
    this.locked = true;
    this.find(".rate").classList.add("busy");
    this.skipping(false);
    this.say("Saving…");
    this.stage.halt();
    const { study, rater, claim, rubric } = this.data;
    const note = this.find(".note input").value.trim();
    const act = `${claim}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
    this.outbox.put({ act, study, rater, claim, rubric, note, seconds: this.seconds, ...what });
    try {
      localStorage.removeItem(this.draftKey());
    } catch {
      return;
    }
  }

  // ---- what came of it ----

  saved(act) {
    this.say("Saved.");
    if (act.claim === this.data.claim) this.turn("");
  }

  // The other tab was told whether it was saved; the claim that comes next shows it.
  sentElsewhere(act) {
    this.say("Another tab sent this rating.");
    if (act.claim === this.data.claim) this.turn("");
  }

  refused(why) {
    this.say(why, "warn");
    this.locked = false;
    this.find(".rate").classList.remove("busy");
  }

  sayWaiting(count, why) {
    const waiting = count > 1 ? ` ${count} ratings are waiting.` : "";
    const advice = why ? "You are signed out: sign in again and it will be saved." : "Keep this page open.";
    this.say(`Not saved yet — retrying.${waiting} ${advice}`, "alarm");
  }

  say(words, tone = "") {
    const status = this.find(".status");
    status.textContent = words;
    status.className = `status ${tone}`;
  }

  // Ask Streamlit for a claim ("" for the next one). A trigger is lost while the connection is down: repeat it
  // until the claim comes; the number makes a second arrival of the same question harmless.
  turn(claim) {
    clearInterval(this.asking);
    const number = Date.now();
    const ask = () => this.trigger("turn", { claim, number });
    this.asking = setInterval(ask, ASK_MS);
    ask();
  }

  back() {
    if (this.locked || !this.data.previous) return;
    this.turn(this.data.previous);
  }

  // ---- time and keys ----

  stir() {
    if (this.stage?.playing()) this.lastStir = performance.now();
  }

  // Active seconds: the page is in front and something happened within the last minute.
  tick() {
    if (!document.hidden && !this.locked && performance.now() - this.lastStir < IDLE_MS) this.seconds += 1;
  }

  listen(signal) {
    const press = (name, react) => this.find(name).addEventListener("click", react, { signal });
    press(".save", () => this.save());
    press(".back", () => this.back());
    press(".ask-skip", () => (this.isSkipping() ? this.closeSkip() : this.openSkip()));
    press(".never-mind", () => this.closeSkip());
    press(".skip-it", () => this.skip());
    this.find(".note input").addEventListener("input", () => this.changed(), { signal });
    const awake = () => (this.lastStir = performance.now());
    for (const name of ["pointermove", "pointerdown", "keydown"]) window.addEventListener(name, awake, { signal });
    window.addEventListener("online", () => this.outbox?.flush(), { signal });
    window.addEventListener("keydown", (event) => this.onKey(event), { capture: true, signal });
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !this.data) return;
    const react = reaction(this, event);
    if (!react) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Streamlit has keys of its own
    react();
  }

  destroy() {
    this.aborter.abort();
    this.outbox?.close();
    clearInterval(this.asking);
    clearInterval(this.clock);
    this.stage.stop();
  }
}

// Where and when the model points, in words.
function where({ boxes, span, notice }) {
  const times = [...new Set(boxes.map((box) => `${box[0].toFixed(2)} s`))];
  const parts = [];
  if (times.length) parts.push(`box at ${times.join(", ")}`);
  if (span) parts.push(`span ${span[0].toFixed(2)}–${span[1].toFixed(2)} s`);
  return parts.join(" · ") + (notice ? `. ${notice}` : "");
}

function reasonScale(reasons) {
  return { dimension: "reason", title: "", question: "", help: "", levels: reasons.map((name) => SKIPS[name] ?? name) };
}

// Streamlit calls this again for every new `data`, without running the cleanup in between: one player per place,
// or every listener would be there twice and one key would rate two dimensions.
const PLAYERS = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  let player = PLAYERS.get(root);
  if (!player) {
    player = new Player(root);
    PLAYERS.set(root, player);
  }
  player.update(component);
  return () => {
    player.destroy();
    PLAYERS.delete(root);
  };
}
