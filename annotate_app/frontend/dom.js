// Text reaches the page through textContent alone: questions, answers and phrases were written by a model.

function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

// A mouse click on a button must not take the keyboard away from the scales.
function keepFocus(root, signal) {
  const keep = (event) => {
    if (event.composedPath()[0].closest?.("button, [role=radio]")) event.preventDefault();
  };
  root.addEventListener("mousedown", keep, { signal });
}
