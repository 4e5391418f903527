"""What of a reply is prose: program text, formulas and tags of no meaning here are blanked, character for character."""

from __future__ import annotations

import re

_LANGUAGES = (
    "python|py|js|javascript|ts|typescript|java|c|cpp|c\\+\\+|csharp|go|rust|ruby|php|bash|sh|shell|console|sql|html|css|"
    "xml|svg|yaml|toml|ini|latex|tex|matlab|r|julia|swift|kotlin|diff|tool_code"
)
_CODE = re.compile(rf"```\s{{0,3}}(?:{_LANGUAGES})\b[^\n]{{0,40}}\n.*?(?:```|\Z)", re.IGNORECASE | re.DOTALL)
_FORMULA = re.compile(r"\$\$?[^$\n]{1,300}\$|\\\([^\n]{0,300}?\\\)|\\\[[^\n]{0,300}?\\\]")
_BOXED = re.compile(r"\\boxed\{([^{}\n]{0,300})\}")
_TURN = re.compile(
    r"^\s{0,3}(?:\[?\d{1,2}:\d{2}\]?\s{0,3}-?\s{0,3}[A-Z]\w{0,20}|(?i:user|assistant|human|system|ai|bot))\s{0,2}:",
    re.MULTILINE,
)
_TAG = re.compile(r"</?[A-Za-z_][\w-]{0,30}\s{0,3}/?>")


def prose_of(text: str) -> str:
    """Blank code in fences of a programming language, formulas, and tags; offsets stay what they are."""
    if "```" in text:
        text = _CODE.sub(_blank, text)
    if "\\boxed{" in text:
        text = _BOXED.sub(lambda found: f"{' ' * 7}{found[1]} ", text)
    if "$" in text or "\\" in text:
        text = _FORMULA.sub(_blank, text)
    return _TAG.sub(_blank, text) if "<" in text else text


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def is_transcript(text: str) -> bool:
    """Tell whether people or programs take turns in a text: what they say is no answer about a video."""
    return ":" in text and len(_TURN.findall(text)) > 1
