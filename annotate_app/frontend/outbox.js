// Ratings wait here, in the browser's own storage, until the server says that they are in its database.
// One storage entry per rating: two tabs that write at once cannot overwrite each other's waiting ratings.

const RETRY_MS = 1500;

class Outbox {
  constructor(study, rater, told) {
    this.prefix = `referee-calib/outbox/${study}/${rater}/`;
    this.told = told; // { waiting(count, why), saved(act), refused(act, why), elsewhere(act) }
    this.mine = new Map(); // what this page put in and has not heard of yet
    this.memory = new Map(); // stands in where the browser forbids storage
    this.count = 0;
    this.closed = false;
  }

  put(act) {
    this.count += 1;
    const key = this.prefix + String(Date.now()).padStart(15, "0") + "-" + String(this.count).padStart(6, "0");
    const text = JSON.stringify({ ...act, put: Date.now() });
    this.mine.set(key, act);
    try {
      localStorage.setItem(key, text);
    } catch {
      this.memory.set(key, text);
    }
    this.flush();
  }

  // Keys of the waiting ratings, oldest first: a correction must arrive after what it corrects.
  keys() {
    let stored = [];
    try {
      stored = Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    } catch {
      stored = [];
    }
    return [...stored, ...this.memory.keys()].sort();
  }

  read(key) {
    const text = this.memory.get(key) ?? localStorage.getItem(key);
    return text === null ? null : JSON.parse(text);
  }

  drop(key) {
    this.mine.delete(key);
    if (!this.memory.delete(key)) localStorage.removeItem(key);
  }

  async flush() {
    if (this.flushing || this.closed) return;
    this.flushing = true;
    try {
      for (let key = this.keys()[0]; key !== undefined && !this.closed; key = this.keys()[0]) {
        if (!(await this.send(key))) await new Promise((done) => setTimeout(done, RETRY_MS));
      }
    } finally {
      this.flushing = false;
    }
    if (!this.closed) this.hearOfOthers();
  }

  // Another tab of the same rater may have sent what this page put in: it is settled, only not by us.
  hearOfOthers() {
    const waiting = new Set(this.keys());
    for (const [key, act] of [...this.mine]) {
      if (waiting.has(key)) continue;
      this.mine.delete(key);
      this.told.elsewhere(act);
    }
  }

  // True when the entry is settled: stored, or refused for good.
  async send(key) {
    const act = this.read(key);
    if (act === null) return true;
    const waited = Math.max(0, (Date.now() - act.put) / 1000);
    const { answer, body } = await post("/api/rating", { ...act, waited });
    if (answer?.ok && body?.saved) {
      this.drop(key);
      this.told.saved(act);
      return true;
    }
    const final = answer && [400, 403, 404, 409, 413, 415, 422].includes(answer.status) && typeof body?.error === "string";
    if (final) {
      this.drop(key);
      this.told.refused(act, body.error);
      return true;
    }
    this.told.waiting(this.keys().length, answer?.status === 401 ? "signed out" : "");
    return false;
  }

  close() {
    this.closed = true;
  }
}

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
