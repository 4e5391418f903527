// One claim on the page: the stage, the scales, the outbox, the keys. Streamlit hands over a claim as `data` and is asked
// for another one by the trigger "turn".

class Player {
  constructor(root) {
    this.root = root;
    this.aborter = new AbortController();
    const signal = this.aborter.signal;
    this.find = (name) => root.querySelector(name);
    this.stage = new Stage(root, signal, {
      moved: () => this.stir(),
      held: () => Boolean(this.marking?.open),
      ownBox: (time) => this.marking?.own.boxes.get(time) ?? null,
      ownSpan: () => this.marking?.own.span ?? [null, null],
    });
    this.controls = new VideoControls(root, this.stage, signal, { say: (words) => (this.find(".heard").textContent = words) });
    const hint = (scale) => {
      this.find(".hint").dir = "auto";
      this.find(".hint").textContent = scale.help ? `${scale.title}: ${scale.help}` : "";
    };
    const label = (level) => this.bindings.levelLabel(level);
    this.scales = new Scales(this.find(".scales"), { chosen: () => this.changed(), turned: hint, label });
    this.skipping = new Skipping(root, { closed: () => this.scales.focus(), note: () => this.find(".note input") });
    this.marking = new Marking(root, this.stage, signal, {
      opened: () => this.cover(true),
      closed: () => this.marked(),
      changed: () => this.changed(),
      say: (words, tone) => this.say(words, tone),
    });
    this.claims = new OwnClaims(this.find("dialog.claims"), signal, {
      go: (claim) => this.goTo(claim),
      closed: () => this.scales.focus(),
    });
    this.turns = new Turns();
    this.notices = new Notices(this.find(".rate"));
    this.clock = new ActiveClock(signal, {
      running: () => !this.locked,
      second: () => (this.marking.own.seconds += this.marking.open ? 1 : 0),
    });
    keepFocus(root, signal);
    this.listen(signal);
  }

  update({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    const same = this.data && data.claim === this.data.claim && data.turn === this.data.turn;
    const before = this.data;
    this.data = data;
    if (!this.keeper || before.rater !== data.rater || before.study !== data.study) this.openKeeper();
    if (!same) this.show();
    this.keeper.flush();
  }

  openKeeper() {
    this.keeper?.close();
    this.drafts = new Drafts(this.data.study, this.data.rater);
    this.keeper = new Keeper(this.data.study, this.data.rater, this.notices, {
      waiting: (count, why) => this.sayWaiting(count, why),
      saved: (act) => this.saved(act),
      held: (act, why) => this.held(act, why),
      elsewhere: (act) => this.sentElsewhere(act),
      overtaken: (claim) => this.overtaken(claim),
    });
  }

  show() {
    const data = this.data;
    this.turns.arrived();
    this.keeper.connection.arrived();
    this.locked = false;
    this.clock.restart();
    this.doubts = new Doubts();
    this.claims.close();
    this.bindings = new KeyBindings(data.keys);
    this.bindings.write(this.root);
    this.find(".rate").dataset.claim = data.claim;
    this.find(".rate").classList.remove("busy");
    this.find(".back").disabled = !data.previous;
    this.find(".forward").disabled = !data.next;
    this.find(".list").hidden = !data.total; // practice claims are in no list
    const draft = this.drafts.read(data.claim) ?? data.given;
    this.find(".note input").value = draft.note || "";
    this.scales.show(data.scales, draft.levels || {}, data.language);
    this.skipping.show(data.reasons);
    this.showEvidence(draft);
    this.changed();
    this.sayGivenBefore();
    this.toTop();
  }

  // The video and the claim's words; where the study asks for it, only after the rater has drawn their own.
  showEvidence(draft) {
    const { data } = this;
    const mark = draft.mark ?? null;
    const asks = data.draw === "asked" && !mark && !data.problem && !data.given.reason && !Object.keys(data.given.levels).length;
    this.find(".rate").classList.remove("drawing");
    this.find(".draw").hidden = data.draw !== "optional" || Boolean(data.problem);
    showClaimWords(this.find, data, asks);
    this.marking.show(data, mark);
    this.stage.show(data, asks);
    if (asks) this.marking.start(true);
    else if (this.root.activeElement || document.activeElement === document.body) this.scales.focus();
  }

  // On a phone the last claim was left at its end; the next one begins at its beginning.
  toTop() {
    this.find(".rate").scrollTop = 0;
    const above = this.root.host?.closest('[data-testid="stMain"]');
    if (above) above.scrollTop = 0;
  }

  // ---- what has been entered ----

  changed() {
    if (this.locked) return;
    this.find(".save").classList.toggle("ready", this.scales.complete());
    const { levels, note, mark } = this.data.given;
    const draft = { levels: this.scales.levels, note: this.find(".note input").value, mark: this.marking.own.json() };
    if (!this.marking.open) this.drafts.write(this.data.claim, draft, { levels, note, mark });
  }

  save() {
    if (this.locked) return;
    if (!this.scales.complete()) {
      this.scales.activate(this.scales.open());
      this.scales.focus();
      return this.say(`${this.data.scales[this.scales.open()].title} still needs a level.`, "warn");
    }
    const doubts = this.doubts.about(this.data, this.clock.seconds, this.watched());
    if (doubts) return this.say(doubts, "warn");
    this.send({ levels: this.scales.levels, reason: "", asked: this.doubts.asked });
  }

  openSkip() {
    if (!this.locked) this.skipping.open();
  }

  skip() {
    if (this.locked) return;
    const missing = this.skipping.missing();
    if (missing) return this.say(missing, "warn");
    this.send({ levels: {}, reason: this.skipping.reason() });
  }

  draw() {
    if (!this.locked && this.data.draw === "optional") this.marking.start();
  }

  // The rater has drawn, or said why not: now the claim's own is shown.
  marked() {
    this.say("");
    this.cover(false);
    this.changed();
    this.scales.focus();
  }

  cover(on) {
    this.find(".rate").classList.toggle("drawing", on);
    showClaimWords(this.find, this.data, on);
    this.stage.cover(on);
  }

  send(what) {
    if (this.keeper.tabs.wasOvertaken(this.data.claim)) {
      return this.say("You have rated this claim in another tab meanwhile. Save once more to replace that rating.", "warn");
    }
    this.locked = true;
    this.find(".rate").classList.add("busy");
    this.skipping.toggle(false);
    this.say("Saving…");
    this.stage.halt();
    const { study, rater, claim, rubric } = this.data;
    const note = this.find(".note input").value.trim();
    const act = `${claim}-${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
    const dimensions = this.data.scales.map((scale) => scale.dimension);
    const entered = { note, seconds: this.clock.seconds, watched: this.watched(), dimensions, ...this.newMark(), ...what };
    this.keeper.put({ act, study, rater, claim, rubric, ...entered });
    this.drafts.forget(claim);
  }

  // Share of the evidence that was on the screen: 0 where nothing could be shown, null where there is none in the video.
  watched() {
    return this.stage.watched ? this.stage.watched.share() : 0;
  }

  // What was drawn since the last time, if anything was; what was erased is withdrawn.
  newMark() {
    const { own } = this.marking;
    const mark = own.json() ?? (this.data.given.mark && own.withdrawn());
    return mark && JSON.stringify(mark) !== JSON.stringify(this.data.given.mark) ? { mark } : {};
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

  overtaken(claim) {
    if (claim === this.data.claim && !this.locked) this.say("You have rated this claim in another tab just now.", "warn");
  }

  held(act, why) {
    this.say(`Not saved: ${why} It is kept in this browser.`, "alarm");
    if (act.claim !== this.data.claim) return;
    this.locked = false;
    this.find(".rate").classList.remove("busy");
  }

  sayWaiting(count, why) {
    const waiting = count > 1 ? ` ${count} ratings are waiting.` : "";
    const advice = why ? "You are signed out: sign in again and it will be saved." : "Keep this page open.";
    this.say(`Not saved yet — retrying.${waiting} ${advice}`, "alarm");
  }

  sayGivenBefore() {
    const { reason, levels } = this.data.given;
    if (reason) this.say(`You skipped this claim: ${reason}.`);
    else this.say(Object.keys(levels).length ? "You rated this claim before; saving corrects it." : "");
  }

  say(words, tone = "") {
    const status = this.find(".status");
    status.textContent = words;
    status.className = `status ${tone}`;
  }

  turn(claim) {
    this.keeper.connection.asked();
    this.turns.ask(claim, (name, value) => this.trigger(name, value));
  }

  // Another claim without saving this one: what was entered stays as a draft.
  goTo(claim) {
    if (!this.locked && claim && claim !== this.data.claim) this.turn(claim);
  }

  openClaims() {
    if (!this.locked && this.data.total) this.claims.open(this.data.claim);
  }

  // ---- keys ----

  stir() {
    this.marking?.showWords();
    if (this.stage?.playing()) this.clock.stir();
  }

  listen(signal) {
    const press = (name, react) => this.find(name).addEventListener("click", react, { signal });
    press(".save", () => this.save());
    press(".back", () => this.goTo(this.data.previous));
    press(".forward", () => this.goTo(this.data.next));
    press(".list", () => this.openClaims());
    press(".draw", () => this.draw());
    press(".ask-skip", () => (this.skipping.isOpen() ? this.skipping.close() : this.openSkip()));
    press(".never-mind", () => this.skipping.close());
    press(".skip-it", () => this.skip());
    this.find(".note input").addEventListener("input", () => this.changed(), { signal });
    window.addEventListener("online", () => this.keeper?.flush(), { signal });
    window.addEventListener("keydown", (event) => this.onKey(event), { capture: true, signal });
  }

  onKey(event) {
    const react = this.data && isTyped(event) ? reaction(this, event) : null;
    if (!react) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // Streamlit has keys of its own
    react();
  }

  destroy() {
    this.aborter.abort();
    this.keeper?.close();
    this.turns.arrived();
    this.stage.stop();
  }
}
