"""Annotations with a span of time for each sentence: what items there are, and of which video each is.

- Charades-STA: lines ``VIDEO START END##SENTENCE``.
- ActivityNet Captions: ``{VIDEO: {"duration", "timestamps": [[s, e], …], "sentences": […]}}``; TimeLens-Bench has
  ``spans`` and ``queries`` there.
- TVGBench: a list of objects with ``path``, ``question``, ``answer`` ("1.0-7.5") and ``qsemtype``, the kind of
  question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from referee_calib.benchmark.benchmark_items import GroundedItem, ReadItems, Span, bare_video
from referee_calib.benchmark.result_files.json_content import read_json_content
from referee_calib.benchmark.result_files.keyed_spans import item_name
from referee_calib.benchmark.result_files.span_values import spans_of
from referee_calib.errors import InputError
from referee_calib.rating_tables import read_content, text_of

CHARADES = re.compile(r"(\S+) ([\d.]+) ([\d.]+)##(.*)")
NUMBERED = re.compile(r"(.*_)?(\d+)")


class AnnotatedSentence(NamedTuple):
    """A sentence with its span; TVGBench names its kind too."""

    video: str
    sentence: str
    span: Span
    kind: str = ""


def read_span_annotations(path: Path) -> list[AnnotatedSentence]:
    """Return the sentences of annotations in their order.

    Raises
    ------
    InputError
        For a file of another form.
    """
    text, _ = text_of(path, read_content(path))
    lines = [line for line in text.splitlines() if line.strip()]
    matches = [CHARADES.fullmatch(line.strip()) for line in lines]
    if matches and matches[0]:
        return [_of_line(path, number, one) for number, one in enumerate(matches, 1)]
    found = list(_of_json(read_json_content(path).value))
    if not found:
        raise InputError(
            f"{path} holds no annotated spans",
            "they are lines of Charades-STA, or JSON of ActivityNet Captions, TimeLens-Bench or TVGBench",
        )
    return found


def with_missing(run: ReadItems[GroundedItem], path: Path) -> ReadItems[GroundedItem]:
    """Return every annotated item, with nothing said where the run has none; the run's videos are those annotated.

    Raises
    ------
    InputError
        When no item of the run is annotated.
    """
    annotated = read_span_annotations(path)
    numbered = all(NUMBERED.fullmatch(one.item) for one in run.items)
    names = (
        [str(number) for number in range(len(annotated))] if numbered else [item_name(*one[:3]) for one in annotated]
    )
    by_name = dict(zip(names, _by_video(annotated) if numbered else annotated, strict=True))
    place = {_plain(name): name for name in by_name}
    known = {name: one for one in run.items if (name := place.get(_key(one, numbered=numbered))) is not None}
    if not known:
        raise InputError(
            f"no item of the results is one of {path}",
            f"results begin with {next((one.item for one in run.items), 'none'):.70}, annotations with {names[0]:.70}",
        )
    if numbered:
        _refuse_other_numbers(path, by_name, known)
    items = [_joined(name, one, known.get(name)) for name, one in by_name.items()]
    found = ReadItems(items, [note for note in run.notes if "--truth" not in note])
    if foreign := len(run.items) - len(known):
        found.notes.append(f"{foreign:,} items of the results are none of {path.name} and are left out")
    return found


def _by_video(annotated: list[AnnotatedSentence]) -> list[AnnotatedSentence]:
    """Return sentences as Time-R1 numbers them: those of a video together, videos in the order in which they come."""
    place = {video: i for i, video in enumerate(dict.fromkeys(one.video for one in annotated))}
    return sorted(annotated, key=lambda one: place[one.video])


def _refuse_other_numbers(
    path: Path, annotated: Mapping[str, AnnotatedSentence], said: Mapping[str, GroundedItem]
) -> None:
    """Refuse results whose true spans are not those of the annotations of their numbers."""
    others = [name for name, one in said.items() if one.true and not _close(one.true[0], annotated[name].span)]
    if others:
        first = said[others[0]]
        raise InputError(
            f"{path}: {len(others):,} of {len(said):,} items have another true span in the results",
            f"the first is {first.item}, {first.true[0]} against {annotated[others[0]].span}: numbers differ",
            "Give the annotations with which the results were made, without the videos that were missing then.",
        )


def _close(one: Span, other: Span) -> bool:
    return all(abs(a - b) < 1e-3 for a, b in zip(one, other, strict=True))


def _joined(name: str, annotated: AnnotatedSentence, said: GroundedItem | None) -> GroundedItem:
    told = said or GroundedItem(name, "", given=False)
    kind = annotated.kind or told.group
    return replace(told, item=name, video=bare_video(annotated.video), true=(annotated.span,), group=kind)


def _key(item: GroundedItem, *, numbered: bool) -> str:
    match = NUMBERED.fullmatch(item.item) if numbered else None
    return match[2] if match else _plain(item.item)


def _plain(name: str) -> str:
    return " ".join(name.lower().split())


def _of_line(path: Path, number: int, match: re.Match[str] | None) -> AnnotatedSentence:
    if match is None:
        raise InputError(f"{path} line {number}", "it is not VIDEO START END##SENTENCE, as the first line is")
    return AnnotatedSentence(match[1], match[4], (float(match[2]), float(match[3])))


def _of_json(value: Any) -> Iterator[AnnotatedSentence]:
    if isinstance(value, Mapping):
        for video, about in value.items():
            if isinstance(about, Mapping):
                spans = about.get("timestamps", about.get("spans")) or ()
                sentences = about.get("sentences", about.get("queries")) or ()
                for span, sentence in zip(spans, sentences, strict=False):
                    yield from (AnnotatedSentence(str(video), str(sentence), one) for one in spans_of(span)[:1])
    elif isinstance(value, list):
        for one in value:
            if isinstance(one, Mapping) and {"path", "question", "answer"} <= one.keys():
                start, _, end = str(one["answer"]).partition("-")
                span = (float(start), float(end))
                yield AnnotatedSentence(str(one["path"]), str(one["question"]), span, str(one.get("qsemtype") or ""))
