// What a rater chose on this browser and finds again: speed, loop. Nothing of the study depends on it.

const PREFERENCES = "referee-calib/preferences/";

function preference(name, otherwise) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFERENCES + name) ?? "null");
    return typeof kept === typeof otherwise ? kept : otherwise;
  } catch {
    return otherwise;
  }
}

function setPreference(name, value) {
  try {
    localStorage.setItem(PREFERENCES + name, JSON.stringify(value));
  } catch {
    return; // without storage it holds until the page is left
  }
}
