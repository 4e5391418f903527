// What the page asks before it saves: whether a rating that was given in no time, or of evidence that nobody saw, is meant.
// Saving again says yes. The server looks at the same numbers, so nothing rests on what is asked here.

class Doubts {
  constructor() {
    this.asked = [];
  }

  // Words to ask with, "" when nothing is in doubt that was not asked before.
  about({ checks, boxes, given }, seconds, watched) {
    if (given.reason || Object.keys(given.levels).length) return ""; // a correction may be quick
    const below = (kind, value) => checks[kind] !== null && value !== null && value < checks[kind];
    const found = {
      unseen: watched === 0 && checks.unseen !== null && `You have not seen the ${boxes.length ? "box" : "span"} yet.`,
      unwatched: watched > 0 && below("unwatched", watched) && `You have watched ${percent(watched)} of the evidence.`,
      "too fast": below("too fast", seconds) && "That was very quick.",
      hurried: !below("too fast", seconds) && below("hurried", seconds) && "That was quick for so long a span.",
    };
    const kinds = Object.keys(found).filter((kind) => found[kind] && !this.asked.includes(kind));
    this.asked.push(...kinds);
    if (!kinds.length) return "";
    return `${kinds.map((kind) => found[kind]).join(" ")} Are you sure? Look once more, or save again.`;
  }
}

function percent(share) {
  return `${Math.round(100 * share)} %`;
}
