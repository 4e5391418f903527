// What was entered for a claim and not saved yet, kept in the browser's own storage until it is.

class Drafts {
  constructor(study, rater) {
    this.prefix = `referee-calib/draft/${study}/${rater}/`;
  }

  read(claim) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + claim) || "null");
    } catch {
      return null;
    }
  }

  // Keep a draft, or forget it where it says nothing that was not given before.
  write(claim, draft, given) {
    if (JSON.stringify(draft) === JSON.stringify(given)) return this.forget(claim);
    try {
      localStorage.setItem(this.prefix + claim, JSON.stringify(draft));
    } catch {
      return; // without storage a reload loses what was not saved yet, and nothing else
    }
  }

  forget(claim) {
    try {
      localStorage.removeItem(this.prefix + claim);
    } catch {
      return;
    }
  }
}
