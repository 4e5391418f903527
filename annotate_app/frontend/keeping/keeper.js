// Everything that keeps ratings from being lost, for one rater at one study: the outbox, the connection, other tabs, and
// what the page says about them.

const SECOND_TAB = "This study is open in another tab, too. The latest rating of a claim counts, whichever tab it comes from.";
const SIGNED_OUT = "Ratings are kept in this browser until you have signed in again.";

class Keeper {
  constructor(study, rater, notices, told) {
    this.rater = rater;
    this.notices = notices;
    this.told = told;
    this.outbox = new Outbox(study, rater, {
      ...told,
      waiting: (count, why) => {
        if (why) notices.show("signed-out", SIGNED_OUT, { "Sign in": reloadPage });
        told.waiting(count, why);
      },
      saved: (act) => {
        notices.clear("signed-out");
        this.tabs.rated(act.claim);
        told.saved(act);
      },
      kept: (acts) => this.showKept(acts),
    });
    this.connection = new Connection(notices, { mayReload: () => !this.outbox.memory.size });
    this.tabs = new OtherTabs(study, rater, {
      open: (is) => (is ? notices.show("tab", SECOND_TAB) : notices.clear("tab")),
      rated: (claim) => told.overtaken(claim),
    });
    this.outbox.sendHeld();
  }

  showKept(acts) {
    const held = acts.filter((act) => act.held);
    if (!held.length) return this.notices.clear("kept");
    const one = held.length === 1;
    const why = [...new Set(held.map((act) => act.held))].slice(0, 2).join(" ");
    const words = `${one ? "One rating is" : `${held.length} ratings are`} not saved on the server, and kept in this browser: ${why}`;
    this.notices.show("kept", words, {
      "Send again": () => this.outbox.sendHeld(),
      "Save as a file": () => saveWaiting(acts, this.rater),
    });
  }

  put(act) {
    this.outbox.put(act);
  }

  flush() {
    this.outbox.flush();
  }

  close() {
    this.outbox.close();
    this.connection.close();
    this.tabs.close();
    for (const name of ["tab", "kept", "connection", "signed-out"]) this.notices.clear(name);
  }
}
