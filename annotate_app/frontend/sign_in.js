// The forms post by themselves; this only fills in the words, and asks Streamlit for the organisation's sign-in.
export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(name);
  find("h1").textContent = data.study;
  find(".problem").textContent = data.problem;
  find(".problem").hidden = !data.problem;
  const known = data.email !== undefined;
  find(".accounts").hidden = !data.accounts;
  find(".account").hidden = known;
  find(".enter").hidden = !data.ticket;
  find(".enter button").textContent = data.ticket ? `Continue as ${data.email}` : "";
  find(".other-account").hidden = !known;
  find(".other-account").textContent = data.email ? `Use another account than ${data.email}` : "Use another account";
  find(".ticket").value = data.ticket || "";
  find(".account").onclick = () => setTriggerValue("account", "in");
  find(".other-account").onclick = () => setTriggerValue("account", "out");
  if (data.submit && data.ticket && !parentElement.dataset?.entered) {
    if (parentElement.dataset) parentElement.dataset.entered = "yes";
    find(".enter").requestSubmit();
  }
  if (!parentElement.activeElement && !data.accounts) find("#code").focus();
}
