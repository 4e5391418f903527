// Asking Streamlit for another claim. A trigger is lost while the connection is down: it is repeated until the claim
// comes; the number makes a second arrival of the same question harmless.

const ASK_MS = 2000;

class Turns {
  // Ask for a claim, "" for the next one that is open.
  ask(claim, trigger) {
    this.arrived();
    const number = Date.now();
    const ask = () => trigger("turn", { claim, number });
    this.asking = setInterval(ask, ASK_MS);
    ask();
  }

  arrived() {
    clearInterval(this.asking);
  }
}
