// The line above every page of a signed-in rater.
export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  const rating = data.view === "rate";
  find(".study").textContent = data.study;
  find(".demo").hidden = !data.demo;
  find(".progress").hidden = !data.total; // before consent and practice nothing is counted yet
  find(".count").textContent = `${data.done} of ${data.total}`;
  find(".meter span").style.width = `${(100 * data.done) / (data.total || 1)}%`;
  find(".meter").setAttribute("aria-valuemax", data.total);
  find(".meter").setAttribute("aria-valuenow", data.done);
  find(".view").hidden = data.view === "done" && !data.total;
  find(".view").textContent = data.view === "instructions" ? "Rate" : "Instructions";
  find(".view").onclick = () => setTriggerValue("view", data.view === "instructions" ? "rate" : "instructions");
  find(".who").textContent = data.rater;
  find(".out").title = `Signed in as ${data.rater}`;
  find(".top").classList.toggle("rating", rating);
}
