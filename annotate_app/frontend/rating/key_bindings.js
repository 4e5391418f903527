// Which key means what. A key is known by the character it types and, on a keyboard of another layout, by its place: on
// AZERTY digits need no Shift, on a Cyrillic or Greek keyboard the letters lie where Latin ones would.

const NAMED_KEYS = { Space: " " };
const PLACES = { ",": ["Comma"], ".": ["Period"], "<": ["Comma", true], ">": ["Period", true], "[": ["BracketLeft"], "]": ["BracketRight"],
  ";": ["Semicolon"], "'": ["Quote"], "/": ["Slash"], "\\": ["Backslash"], "-": ["Minus"], "=": ["Equal"], "`": ["Backquote"] };

class KeyBindings {
  // `keys` is { action: key }, as the study sets them.
  constructor(keys) {
    this.keys = keys;
    this.byKey = new Map();
    this.byPlace = new Map();
    for (const [action, key] of Object.entries(keys)) {
      this.byKey.set(NAMED_KEYS[key] ?? key, action);
      const [code, shift] = /^[a-z]$/.test(key) ? [`Key${key.toUpperCase()}`, null] : PLACES[key] ?? [];
      if (code) this.byPlace.set(`${code} ${shift === null ? "" : Boolean(shift)}`, action);
    }
  }

  // What is written on buttons.
  label(action) {
    const key = this.keys[action] ?? "";
    return key.length === 1 ? key.toUpperCase() : key;
  }

  levelLabel(level) {
    return level === 10 ? this.label("level_10") : String(level);
  }

  // The level that a key stands for, null when it is none.
  level({ key, code = "", shiftKey }) {
    if (/^[0-9]$/.test(key)) return Number(key);
    const place = /^(?:Digit|Numpad)([0-9])$/.exec(code);
    if (place && !shiftKey && isForeign(key)) return Number(place[1]);
    return this.action({ key, code, shiftKey }) === "level_10" ? 10 : null;
  }

  // The name of what a key does, "" when nothing.
  action({ key, code = "", shiftKey }) {
    const typed = key.length === 1 ? key.toLowerCase() : key;
    if (this.byKey.has(typed)) return this.byKey.get(typed);
    if (!isForeign(key)) return "";
    const letter = /^\p{L}$/u.test(key) ? this.byPlace.get(`${code} `) : undefined;
    return letter ?? this.byPlace.get(`${code} ${Boolean(shiftKey)}`) ?? "";
  }
}

// What a keyboard of another layout types: one character, or an accent that waits for its letter; no Latin letter, which
// means itself wherever it lies.
function isForeign(key) {
  return key === "Dead" || (key.length === 1 && !/[a-z0-9]/i.test(key));
}
