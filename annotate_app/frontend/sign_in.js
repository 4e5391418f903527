// The form posts by itself; this only fills in the words.
export default function ({ data, parentElement }) {
  const find = (name) => parentElement.querySelector(name);
  find("h1").textContent = data.study;
  find(".problem").textContent = data.problem;
  find(".problem").hidden = !data.problem;
  if (!parentElement.activeElement) find("input").focus();
}
