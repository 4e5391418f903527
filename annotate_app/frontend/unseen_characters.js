// Characters that nobody sees and that change what is read: direction controls, zero-width characters, tags, controls.
// A model's "llab der" with U+202E in front would show as "red ball". Each is shown by its name, and is out of force.

const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\p{Cs}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;
const NAMES = {
  "\u00ad": "SHY", "\u061c": "ALM", "\u200b": "ZWSP", "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u200e": "LRM", "\u200f": "RLM",
  "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO", "\u2060": "WJ",
  "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI", "\ufeff": "BOM",
};
// Scripts that are misspelt without joiners, and pictures that are made of several.
const JOINED = /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u;

function nameOf(character) {
  const code = character.codePointAt(0);
  if (code >= 0xe0020 && code <= 0xe007e) return `TAG ${String.fromCodePoint(code - 0xe0000)}`;
  return NAMES[character] ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

// Whether a joiner stands where a script or a picture needs it.
function isNeeded(characters, index) {
  if (characters[index] !== "\u200c" && characters[index] !== "\u200d") return false;
  return JOINED.test(characters[index - 1] ?? "") && JOINED.test(characters[index + 1] ?? "");
}

// Fill an element with text that a model or a stranger wrote: as text alone, in its own direction, with nothing unseen.
function showText(holder, text) {
  const characters = [...text];
  const parts = [];
  let plain = "";
  characters.forEach((character, index) => {
    if (!UNSEEN.test(character) || isNeeded(characters, index)) return (plain += character);
    const marker = element("span", "unseen", `⟨${nameOf(character)}⟩`);
    marker.title = `an invisible character, U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    marker.dir = "ltr";
    parts.push(plain, marker);
    plain = "";
  });
  holder.dir = "auto";
  holder.replaceChildren(...parts, plain);
}
