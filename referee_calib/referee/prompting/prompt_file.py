"""Prompt files: the words a referee is asked with, as a person edits them.

A file is a few ``key: value`` lines, then the two texts under their marks::

    version: level-1
    answers: 0 1 2 3 4
    longest: 300

    === head ===
    Constant words before the pictures; no placeholders, so that every question begins alike.
    === tail ===
    The question about the video: {question}
    …

``version`` names the wording to people; the digest behind it tells two wordings apart that share a name.
``answers`` is ``levels`` (whatever levels the rubric has), ``0 1 2 3 4`` or ``yes no``. ``longest`` bounds the model
text that enters (300 characters when it is not given). ``verdict`` lists further words that may stand before the answer
in a reply, as "Level" and "Answer" do ("Stufe, Antwort"). Lines that begin with ``#`` before the first mark are
remarks. A third mark, ``=== words ===``, may hold other words for captions and times (:mod:`.prompt_words`). What
stands in the tail in braces:

====================== =====================================================================================
``{question}``         the question about the video, fenced
``{claim}``            the phrase the claim points at, fenced
``{place}``            when the boxes and the span are claimed
``{title}``            of the rubric's dimension
``{scale_question}``   the rubric's question
``{help}``             the rubric's line of help
``{levels}``           one line per answer, worst first: ``0 = …`` with the rubric's sentences; for yes and no
                       the best sentence after ``yes =`` and the worst after ``no =``
``{levels_downward}``  the same lines in the opposite order
``{answers}``          the answers, worst first: ``0, 1, 2``
====================== =====================================================================================

A study's own wording lies in ``STUDY/prompts/NAME.txt`` and goes before a shipped one of that name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from referee_calib.errors import InputError
from referee_calib.referee.prompting.allowed_answers import LEVELS, YES_NO, are_allowed
from referee_calib.referee.prompting.prompt_words import PLACEHOLDER, fault_of

__all__ = ["CLOSE", "LEVELS", "OPEN", "PLACEHOLDER", "SHIPPED", "YES_NO", "Template", "path_of", "read"]

SHIPPED = Path(__file__).resolve().parent / "prompts"
FOLDER = "prompts"
OPEN, CLOSE = "<<<", ">>>"
MAX_CHARACTERS = 300
_LONGEST_FILE = 20_000
_LONGEST_WORD = 30
KNOWN = ("question", "claim", "place", "title", "scale_question", "help", "levels", "levels_downward", "answers")
_NEEDED = ("question", "claim", "scale_question")
_KEYS = ("version", "answers", "longest", "verdict")
_LIKE_ONE = re.compile(r"\{+\s*[^\W\d][\w -]*\}+")  # a name in braces, as no JSON is: it was meant as a placeholder
_MARK = re.compile(r"=== *(head|tail|words) *===\s*")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Template:
    """What a prompt file says; see :class:`referee_calib.referee.prompting.prompt.Prompt` for the fields."""

    stated: str
    answers: tuple[str, ...]
    max_characters: int
    head: str
    tail: str
    verdict: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()


def path_of(name: str, folder: Path | None = None) -> Path:
    """Find a prompt file by name: the study's own first, then those shipped; an InputError lists what there is."""
    folders = [*([folder / FOLDER] if folder is not None else []), SHIPPED]
    if _NAME.fullmatch(name):
        for place in folders:
            if (path := place / f"{name}.txt").is_file():
                return path
    known = sorted({path.stem for place in folders for path in place.glob("*.txt")})
    where = folder / FOLDER if folder is not None else "STUDY/prompts"
    do = f"There are {', '.join(known)}; a wording of your own lies in {where}/NAME.txt."
    raise InputError(f"prompt {name!r:.80}", "there is no prompt file of that name", do)


def read(path: Path) -> Template:
    """Read and check a prompt file; an InputError names file and line of what cannot be used.

    That is no version, unknown answers, a missing or unknown placeholder, a text that is too long.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"prompt {path}", f"it cannot be read ({error})") from error
    if len(text) > _LONGEST_FILE:
        raise InputError(f"prompt {path}", f"it has {len(text):,} characters; {_LONGEST_FILE:,} is the most")
    keys, sections = _split(path, text.splitlines())
    (head_at, head), (tail_at, tail) = sections["head"], sections["tail"]
    _check_head(path, head_at, head)
    _check_tail(path, tail_at, tail)
    if not all(any(fence in line for line in head + tail) for fence in (OPEN, CLOSE)):
        why = f"it never says what {OPEN} and {CLOSE} mean, between which the claim's own words stand"
        raise InputError(f"prompt {path} line {head_at}", why)
    version, answers, longest = _keys(path, keys)
    first, last = ("\n".join(lines).strip("\n") for lines in (head, tail))
    words = _words(path, *sections["words"])
    return Template(version, answers, longest, first, last, _verdict_words(path, keys), words)


def _split(path: Path, lines: list[str]) -> tuple[dict[str, tuple[int, str]], dict[str, tuple[int, list[str]]]]:
    """Return the keys and the sections, each with the number of its line."""
    keys: dict[str, tuple[int, str]] = {}
    sections: dict[str, tuple[int, list[str]]] = {}
    into: list[str] | None = None
    for number, line in enumerate(lines, start=1):
        place = f"prompt {path} line {number}"
        if mark := _MARK.fullmatch(line):
            if mark.group(1) in sections:
                raise InputError(place, f"a second mark {line.strip()}")
            into = []
            sections[mark.group(1)] = (number, into)
        elif into is not None:
            into.append(line)
        elif line.strip() and not line.startswith("#"):
            key, colon, value = line.partition(":")
            if key.strip() not in _KEYS or not colon or key.strip() in keys:
                why = f"before the marks there is one line for each of {', '.join(_KEYS)}, as key: value"
                raise InputError(f"{place}: {line!r:.60}", why)
            keys[key.strip()] = (number, value.strip())
    sections.setdefault("words", (len(lines), []))
    for name in ("head", "tail"):
        if name not in sections:
            raise InputError(f"prompt {path} line {len(lines)}", f"it ends without the mark === {name} ===")
    return keys, sections


def _keys(path: Path, keys: dict[str, tuple[int, str]]) -> tuple[str, tuple[str, ...], int]:
    number, version = keys.get("version", (1, ""))
    if not _NAME.fullmatch(version):
        why = "it has no line such as version: mine-1 (letters, digits, dot, dash; 64 at most)"
        raise InputError(f"prompt {path} line {number}", why)
    number, said = keys.get("answers", (1, " ".join(LEVELS)))
    answers = tuple(said.split())
    if not are_allowed(answers):
        why = "they are levels (those of the rubric), 0 1 2 3 4, or yes no"
        raise InputError(f"prompt {path} line {number}: answers {said!r:.40}", why)
    number, most = keys.get("longest", (1, str(MAX_CHARACTERS)))
    if not (most.isascii() and most.isdigit() and 1 <= int(most[:9]) <= _LONGEST_FILE):
        why = f"it is a number of characters from 1 to {_LONGEST_FILE:,}"
        raise InputError(f"prompt {path} line {number}: longest {most!r:.40}", why)
    return version, answers, int(most)


def _verdict_words(path: Path, keys: dict[str, tuple[int, str]]) -> tuple[str, ...]:
    number, said = keys.get("verdict", (1, ""))
    words = tuple(word.strip() for word in said.split(",")) if said else ()
    if not all(word and len(word) <= _LONGEST_WORD and not any(c.isdigit() for c in word) for word in words):
        why = f"they are words of at most {_LONGEST_WORD} letters without digits, separated by commas"
        raise InputError(f"prompt {path} line {number}: verdict {said!r:.40}", why)
    return words


def _words(path: Path, start: int, lines: list[str]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=start + 1):
        key, colon, text = (part.strip() for part in line.partition(":"))
        if not line.strip() or line.startswith("#"):
            continue
        wrong = fault_of(key, text) if colon else "a line is key: text"
        if wrong or key in found:
            raise InputError(f"prompt {path} line {number}: {line!r:.60}", wrong or "it is given twice")
        found[key] = text
    return tuple(sorted(found.items()))


def _check_head(path: Path, start: int, lines: list[str]) -> None:
    for number, line in enumerate(lines, start=start + 1):
        if found := _LIKE_ONE.search(line):
            why = "the head is the same for all questions; placeholders belong into the tail"
            raise InputError(f"prompt {path} line {number}: {found.group()}", why)


def _check_tail(path: Path, start: int, lines: list[str]) -> None:
    seen = set()
    for number, line in enumerate(lines, start=start + 1):
        for found in _LIKE_ONE.findall(line):
            if found[1:-1] not in KNOWN:
                known = ", ".join(f"{{{one}}}" for one in KNOWN)
                raise InputError(f"prompt {path} line {number}: {found:.60}", f"known placeholders are {known}")
            seen.add(found[1:-1])
    missing = [name for name in _NEEDED if name not in seen]
    missing += [] if seen & {"levels", "levels_downward"} else ["levels"]
    if missing:
        named = ", ".join(f"{{{one}}}" for one in missing)
        raise InputError(f"prompt {path} line {start}", f"the tail lacks {named}")
