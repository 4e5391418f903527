// Asking Streamlit for another claim. A trigger is lost while the connection is down: it is repeated until the claim
// comes; the number makes a second arrival of the same question harmless. Not too soon, though: the server drops what it
// has done of a turn and begins anew, and a busy one would never be done.

const ASK_MS = 2000;
const LATER_MS = 4000;

class Turns {
  // Ask for a claim, "" for the next one that is open.
  ask(claim, trigger) {
    this.arrived();
    const number = Date.now();
    const ask = (wait) => {
      this.asking = setTimeout(() => ask(LATER_MS), wait);
      trigger("turn", { claim, number });
    };
    ask(ASK_MS);
  }

  arrived() {
    clearTimeout(this.asking);
  }
}
