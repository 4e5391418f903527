// What a rater has to know about the page itself: a lost connection, ratings that are kept here, a second tab.
// Each notice has a place of its own, under a name, until it is taken away.

class Notices {
  constructor(place) {
    this.box = document.createElement("div");
    this.box.className = "notices";
    place.prepend(this.box);
    this.shown = new Map();
  }

  // Show words, with buttons as { label: what they do }.
  show(name, words, actions = {}) {
    const row = this.shown.get(name) ?? this.add(name);
    if (row.dataset.words === words) return; // said already: a screen reader need not hear it again
    row.dataset.words = words;
    const said = document.createElement("span");
    said.textContent = words;
    row.replaceChildren(said, ...Object.entries(actions).map(([label, act]) => noticeButton(label, act)));
  }

  clear(name) {
    this.shown.get(name)?.remove();
    this.shown.delete(name);
  }

  add(name) {
    const row = document.createElement("div");
    row.className = "notice";
    row.dataset.notice = name;
    row.setAttribute("role", "status");
    this.box.append(row);
    this.shown.set(name, row);
    return row;
  }
}

function noticeButton(label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}
