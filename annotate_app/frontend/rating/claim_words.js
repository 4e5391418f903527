// What is asked about: the question, the answer and the claim, in a model's words; where and when it points, in ours.

function showClaimWords(find, claim, covered) {
  showText(find(".question"), claim.question || "—");
  showText(find(".answer"), claim.answer || "—");
  showText(find(".phrase"), claim.object);
  find(".phrase").hidden = !claim.object;
  find(".where").textContent = whereWords(claim, covered);
  find(".place").textContent = `Claim ${claim.place + 1} of ${claim.total}`;
  find(".list").setAttribute("aria-label", `Claim ${claim.place + 1} of ${claim.total}: list my claims`);
}

// While the claim's own is covered, the time of its box is said, and no edge of its span.
function whereWords({ boxes, span, notice }, covered) {
  const times = [...new Set(boxes.map((box) => seconds(box[0])))];
  const parts = [];
  if (times.length) parts.push(`box at ${times.join(", ")}`);
  if (span) parts.push(covered ? "a span" : `span ${span[0].toFixed(2)}–${seconds(span[1])}`);
  return parts.join(" · ") + (notice && !covered ? `. ${notice}` : "");
}
