// Whether the page still hears from Streamlit. Ratings go by plain HTTP and need no live connection, but the next claim
// comes by it: when it is blocked or dies the page says so, and is loaded anew once the server answers again.

const HEAR_MS = 1000;
const PATIENCE_MS = 5000; // a slow answer is none of our business
const RELOADED = "referee-calib/reloaded";
const RELOAD_PAUSE_MS = 30000; // a connection that stays blocked must not make the page load for ever

class Connection {
  constructor(notices, { mayReload }) {
    this.notices = notices;
    this.mayReload = mayReload;
    this.since = null; // when it began to be silent
    this.ticking = setInterval(() => this.look(), HEAR_MS);
  }

  // A claim was asked for, or has arrived.
  asked() {
    this.askedAt ??= performance.now();
  }

  arrived() {
    this.askedAt = null;
  }

  async look() {
    if (this.looking) return;
    this.looking = true;
    try {
      if (this.isSilent()) await this.handle();
      else this.notices.clear("connection");
    } finally {
      this.looking = false;
    }
  }

  isSilent() {
    const state = document.querySelector("[data-test-connection-state]")?.dataset.testConnectionState;
    const lost = state !== undefined && state !== "CONNECTED";
    this.since = lost ? (this.since ?? performance.now()) : null;
    const waits = (start) => start !== null && start !== undefined && performance.now() - start > PATIENCE_MS;
    return waits(this.since) || waits(this.askedAt);
  }

  async handle() {
    if (!(await serverAnswers())) {
      return this.notices.show("connection", "The server cannot be reached. What you rate is kept here and sent when it is back.");
    }
    if (this.mayReload() && reloadedBefore() > RELOAD_PAUSE_MS) return reloadPage();
    const words = "The live connection is blocked, perhaps by a proxy. Ratings are saved all the same; load the page anew to see the next claim.";
    this.notices.show("connection", words, { "Load anew": reloadPage });
  }

  close() {
    clearInterval(this.ticking);
  }
}

async function serverAnswers() {
  try {
    return (await fetch("/_stcore/health", { cache: "no-store", signal: AbortSignal.timeout(4000) })).ok;
  } catch {
    return false;
  }
}

function reloadedBefore() {
  try {
    return Date.now() - Number(sessionStorage.getItem(RELOADED) ?? 0);
  } catch {
    return 0; // without storage nobody could tell a loop: the rater presses the button
  }
}

function reloadPage() {
  try {
    sessionStorage.setItem(RELOADED, String(Date.now()));
  } finally {
    location.reload();
  }
}
