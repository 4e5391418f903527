// Ratings wait here, in the browser's own storage, until the server says that they are in its database.
// One storage entry per rating: two tabs that write at once cannot overwrite each other's waiting ratings.
// One that the server refuses is held: it stays, with the reason, is offered as a file, and is sent again now and then.

const RETRY_MS = 1500;
const HELD_RETRY_MS = 60000;
const REFUSALS = [400, 403, 404, 409, 413, 415, 422];
const OUTBOX = "referee-calib/outbox/";
const REPLACED = "referee-calib/replaced/"; // held ones that the rater has given anew: kept, and sent no more

class Outbox {
  constructor(study, rater, told) {
    this.rater = rater;
    this.prefix = `${OUTBOX}${study}/${rater}/`;
    this.told = told; // { waiting(count, why), saved(act), held(act, why), elsewhere(act), kept(acts) }
    this.mine = new Map(); // what this page put in and has not heard of yet
    this.memory = new Map(); // stands in where the browser forbids storage
    this.count = 0;
    this.closed = false;
    this.again = setInterval(() => this.sendHeld(), HELD_RETRY_MS);
  }

  put(act) {
    this.count += 1;
    const key = this.prefix + String(Date.now()).padStart(15, "0") + "-" + String(this.count).padStart(6, "0");
    this.mine.set(key, act);
    this.write(key, { ...act, put: Date.now() });
    this.flush();
  }

  // Keys of the waiting ratings, oldest first: a correction must arrive after what it corrects.
  keys(prefix = this.prefix) {
    let stored = [];
    try {
      stored = Object.keys(localStorage).filter((key) => key.startsWith(prefix));
    } catch {
      stored = [];
    }
    return [...stored, ...[...this.memory.keys()].filter((key) => key.startsWith(prefix))].sort();
  }

  read(key) {
    try {
      return JSON.parse(this.memory.get(key) ?? localStorage.getItem(key) ?? "null");
    } catch {
      return null; // somebody has changed the storage by hand
    }
  }

  write(key, act) {
    try {
      localStorage.setItem(key, JSON.stringify(act));
    } catch {
      this.memory.set(key, JSON.stringify(act));
    }
  }

  drop(key) {
    this.mine.delete(key);
    if (!this.memory.delete(key)) localStorage.removeItem(key);
  }

  // All that this browser keeps of the rater: what waits, what is held, and what an earlier key of the study left here.
  kept() {
    const mine = (key) => key.slice(OUTBOX.length).split("/").slice(1, -1).join("/") === this.rater;
    const acts = this.keys(OUTBOX).filter(mine).map((key) => ({ key, act: this.read(key) }));
    return acts.filter(({ act }) => act).map(({ key, act }) => (key.startsWith(this.prefix) ? act : { held: OTHER_STUDY, ...act }));
  }

  async flush() {
    if (this.flushing || this.closed) return;
    this.flushing = true;
    try {
      for (let key = this.next(); key !== undefined && !this.closed; key = this.next()) {
        if (!(await this.send(key))) await new Promise((done) => setTimeout(done, RETRY_MS));
      }
    } finally {
      this.flushing = false;
    }
    if (!this.closed) this.hearOfOthers();
  }

  next() {
    return this.keys().find((key) => !this.read(key)?.held);
  }

  // Once more what was refused: the reason may be gone.
  async sendHeld() {
    if (this.flushing || this.closed) return;
    this.flushing = true;
    try {
      for (const key of this.keys().filter((one) => this.read(one)?.held)) {
        if (!this.closed) await this.send(key, true);
      }
    } finally {
      this.flushing = false;
    }
    if (!this.closed) this.flush();
  }

  // Another tab of the same rater may have sent what this page put in: it is settled, only not by us.
  hearOfOthers() {
    const waiting = new Set(this.keys());
    for (const [key, act] of [...this.mine]) {
      if (waiting.has(key)) continue;
      this.mine.delete(key);
      this.told.elsewhere(act);
    }
    this.told.kept(this.kept());
  }

  // True when nothing is to be done about the entry for now: it is stored, or held.
  async send(key, quietly = false) {
    const act = this.read(key);
    if (act === null) return true;
    const { put, held, ...what } = act;
    const { answer, body } = await post("/api/rating", { ...what, waited: Math.max(0, (Date.now() - put) / 1000) });
    if (answer?.ok && body?.saved) {
      this.drop(key);
      this.replaceHeld(act, key);
      this.told.saved(act);
      return true;
    }
    if (answer && REFUSALS.includes(answer.status) && typeof body?.error === "string") {
      this.hold(key, act, body.error, quietly);
      return true;
    }
    if (!quietly) this.told.waiting(this.keys().length, answer?.status === 401 ? "signed out" : "");
    return quietly;
  }

  hold(key, act, why, quietly) {
    this.mine.delete(key);
    this.write(key, { ...act, held: why });
    if (!quietly) this.told.held(act, why);
  }

  // What was held of a claim and given anew since would otherwise arrive late and count as the latest.
  replaceHeld(act, key) {
    for (const older of this.keys().filter((one) => one < key)) {
      const before = this.read(older);
      if (before?.held && before.claim === act.claim) {
        this.write(REPLACED + older.slice(OUTBOX.length), before);
        this.drop(older);
      }
    }
  }

  close() {
    this.closed = true;
    clearInterval(this.again);
  }
}

const OTHER_STUDY = "It was given in another study, or before this study got a new key.";

async function post(path, value) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      keepalive: true,
      credentials: "same-origin",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(value),
    });
    const body = await answer.json().catch(() => null);
    return { answer, body };
  } catch {
    return { answer: null, body: null }; // no network, or the server is down: the rating stays here
  }
}
