// Ratings that this browser keeps, as a file that `referee-calib import` takes: one rating a line, as an export has it.
// Each carries the name of its act: one that arrives by the network as well counts once.

function ratingRows(act) {
  const [claim, occasion = ""] = act.claim.split("~");
  const common = {
    claim,
    rater: act.rater,
    reason: act.reason ?? "",
    note: act.note ?? "",
    seconds: act.seconds ?? null,
    rubric: act.rubric ?? "",
    time: new Date(act.put).toISOString(),
    origin: "app",
    nonce: act.act,
    ...(occasion ? { occasion } : {}),
    ...(act.watched === undefined || act.watched === null ? {} : { watched: act.watched }),
  };
  const judged = act.reason ? Object.fromEntries((act.dimensions ?? []).map((name) => [name, null])) : act.levels;
  return Object.entries(judged).map(([dimension, level]) => ({ ...common, dimension, level }));
}

function markRow(act) {
  const { boxes = [], span = null, reason = "", seconds = null } = act.mark;
  const given = { rater: act.rater, time: new Date(act.put).toISOString(), origin: "app", nonce: act.act };
  return { claim: act.claim.split("~")[0], boxes, span, reason, seconds, ...given };
}

function saveWaiting(acts, rater) {
  const name = rater.replace(/[^\p{L}\p{N}_-]+/gu, "_");
  saveLines(acts.flatMap(ratingRows), `waiting-ratings-${name}.jsonl`);
  saveLines(acts.filter((act) => act.mark).map(markRow), `waiting-marks-${name}.jsonl`);
}

function saveLines(rows, name) {
  if (!rows.length) return;
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
