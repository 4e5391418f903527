// Opens the section that a link leads into, and all of them on request.
(() => {
  const parts = [...document.querySelectorAll("details.part")];
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let part = target.closest("details") || target.querySelector("details"); part; part = part.parentElement.closest("details")) part.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();
  const button = document.getElementById("open-all");
  const label = () => { button.textContent = parts.every((part) => part.open) ? "Close all sections" : "Open all sections"; };
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = !parts.every((part) => part.open);
    for (const part of parts) part.open = open;
    label();
  });
  for (const part of parts) part.addEventListener("toggle", label);
  label();
})();
