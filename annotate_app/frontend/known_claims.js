// Claims with their right levels: examples, and the practice claim that was just answered. A picture with its box is
// the exact frame that referees are shown, as on the rating page.

class KnownClaimCard {
  constructor(claim) {
    this.claim = claim;
    this.frame = element("article", "card");
    this.picture = element("div", "picture");
    this.words = element("div", "words");
    this.frame.append(this.picture, this.words);
    this.write();
    this.show().catch(() => this.picture.replaceChildren(element("p", "missing", "The picture cannot be loaded.")));
  }

  write() {
    const { question, answer, object, boxes, span, levels, feedback, tolerance } = this.claim;
    const asked = element("dl");
    asked.append(entry("Question", question || "—", "question"), entry("Answer", answer || "—"));
    const times = [...new Set(boxes.map((box) => `box at ${box[0].toFixed(2)} s`))];
    if (span) times.push(`span ${span[0].toFixed(2)}–${span[1].toFixed(2)} s`);
    const claimed = entry("Claim", "");
    if (object) claimed.lastChild.append(element("span", "phrase", object), " ");
    claimed.lastChild.append(times.join(" · "));
    asked.append(claimed);
    this.words.append(asked, ...levels.map((row) => levelRow(row, tolerance)), element("p", "why", feedback));
  }

  async show() {
    const { video, boxes, span } = this.claim;
    const answer = await fetch(`${video}/times`, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(await answer.text());
    const times = new FrameTimes(await answer.json());
    const number = times.at(boxes.length ? boxes[0][0] : (span[0] + span[1]) / 2);
    const image = new Image();
    image.src = `${video}/frame/${number}`;
    image.alt = boxes.length ? "The frame of the video with the claim's box" : "A frame from the middle of the span";
    await image.decode();
    const canvas = element("canvas");
    this.picture.replaceChildren(image, canvas);
    const size = { width: image.naturalWidth, height: image.naturalHeight };
    const shown = boxes.filter((box) => times.at(box[0]) === number);
    new ResizeObserver(() => drawBoxes(canvas, size, shown)).observe(canvas);
  }
}

function entry(name, words, className = "") {
  const row = element("div");
  row.append(element("dt", "", name), element("dd", className, words));
  return row;
}

function levelRow({ title, wanted, given, right }, tolerance) {
  const row = element("div", "level");
  const verdict = given === undefined ? "" : right ? " — right" : " — not right";
  row.append(element("b", "", title + verdict));
  if (given !== undefined && !wanted.includes(given)) {
    row.append(element("span", right ? "wanted" : "given", `Your answer: ${given}`));
    if (right && tolerance) row.append(element("span", "quiet", "Close enough."));
  }
  for (const level of wanted) row.append(element("span", "wanted", level));
  return row;
}

export default function ({ data, parentElement }) {
  const cards = parentElement.querySelector(".cards");
  const content = JSON.stringify(data);
  if (cards.dataset.content === content) return;
  cards.dataset.content = content;
  parentElement.querySelector(".heading").textContent = data.heading;
  parentElement.querySelector(".known").classList.toggle("single", data.claims.length === 1);
  cards.replaceChildren(...data.claims.map((claim) => new KnownClaimCard(claim).frame));
}
