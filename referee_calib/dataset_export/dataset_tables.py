"""The tables of a published study: claims, their boxes, ratings and scores, each with its columns in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from referee_calib.records import Claim, Mark, Rating, RefereeScore, TimedBox
from referee_calib.rubric import Rubric

Kind = Literal["text", "whole", "number", "yes_no"]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DataColumn:
    """A column: its name, what its cells are, and what they mean, with the unit."""

    name: str
    kind: Kind
    meaning: str


@dataclass(frozen=True, slots=True)
class DataTable:
    """A table of the data set; a cell is None where there is nothing."""

    name: str
    about: str
    columns: tuple[DataColumn, ...]
    rows: list[Row]


_CLAIM = DataColumn("claim", "text", "id of the claim")
_DIMENSION = DataColumn("dimension", "text", "relevance, localization or timing")
CLAIMS = (
    _CLAIM,
    DataColumn("video", "text", "name of the video, which is not part of the data set"),
    DataColumn("question", "text", "what the model was asked about the video"),
    DataColumn("answer", "text", "what the model answered"),
    DataColumn("object", "text", "what the model named; empty for a claim about a span alone"),
    DataColumn("span_start", "number", "start of the claimed span, in seconds"),
    DataColumn("span_end", "number", "end of the claimed span, in seconds"),
    DataColumn("reference_start", "number", "start of the true span, in seconds, where it is known"),
    DataColumn("reference_end", "number", "end of the true span, in seconds, where it is known"),
    DataColumn("reference_boxes_known", "yes_no", "whether the true boxes are known; none then means out of view"),
    DataColumn("rollout", "text", "the model's reply that the claim stood in"),
    DataColumn("index", "whole", "place of the claim in the reply, from 0"),
    DataColumn("group", "text", "replies of one group answer the same prompt"),
    DataColumn("step", "whole", "training step of the model"),
    DataColumn("source", "text", "where the reply came from"),
    DataColumn("text", "text", "the piece of the reply that the claim was read from"),
)
BOXES = (
    _CLAIM,
    DataColumn("kind", "text", "claimed, reference for a true box, or marked by a rater"),
    DataColumn("rater", "text", "who marked it; empty for a box that no rater gave"),
    DataColumn("t", "number", "time of the frame, in seconds"),
    *(
        DataColumn(name, "number", "corner, as a share of the frame from left or top")
        for name in ("x1", "y1", "x2", "y2")
    ),
)
RATINGS = (
    _CLAIM,
    DataColumn("video", "text", "the claim's video: claims of one video belong together"),
    DataColumn("rater", "text", "who rated"),
    _DIMENSION,
    DataColumn(
        "level",
        "whole",
        "0 is worst, the dimension's last level best; empty where the rater could not judge",
    ),
    DataColumn("reason", "text", "why there is no level"),
    DataColumn("seconds", "number", "active time spent, in seconds"),
    DataColumn("order", "whole", "how many claims the rater had seen before"),
    DataColumn("rubric", "text", "version of the words that were shown"),
    DataColumn("origin", "text", "where the rating was collected"),
    DataColumn("simulated", "yes_no", "true where a program gave it and no person"),
)
MARKS = (
    _CLAIM,
    DataColumn("video", "text", "the claim's video"),
    DataColumn("rater", "text", "who marked where or when it is"),
    DataColumn("span_start", "number", "start of the marked span, in seconds"),
    DataColumn("span_end", "number", "end of the marked span, in seconds; marked boxes are in boxes"),
    DataColumn("reason", "text", "why nothing was marked"),
    DataColumn("seconds", "number", "active time spent, in seconds"),
    DataColumn("origin", "text", "where the mark was collected"),
    DataColumn("simulated", "yes_no", "true where a program gave it and no person"),
)
_SCORES = (
    _CLAIM,
    DataColumn("referee", "text", "fingerprint of the referee"),
    _DIMENSION,
    DataColumn("level", "whole", "0 is worst, the dimension's last level best; empty where the referee failed"),
    DataColumn("expected", "number", "expected level, where probabilities are known; else the level"),
    DataColumn("status", "text", "ok, unparsed, refused, error or unsupported"),
    DataColumn("reason", "text", "what failed"),
    DataColumn("sample", "whole", "number of the repeat, from 0"),
    DataColumn("rung", "text", "how the level was read"),
    DataColumn("raw", "text", "the referee's reply"),
)
_SHARES_BEFORE = "status"  # the column before which the probability of each level stands


def data_tables(
    claims: Iterable[Claim],
    ratings: Iterable[Rating],
    scores: Iterable[RefereeScore],
    marks: Sequence[Mark],
    names: Mapping[str, str],
    rubric: Rubric,
) -> list[DataTable]:
    """Return the tables, ratings first and marks where there are any; `names` says what each rater is called."""
    levels = range(max(len(scale.levels) for scale in rubric.scales))
    claims = list(claims)
    videos = {claim.id: claim.video for claim in claims}
    rated = [_rating(one, names, videos[one.claim]) for one in ratings]
    boxes = [row for one in claims for row in _boxes(one)]
    scored = [_score(one, levels) for one in scores]
    boxes += [row for one in marks for row in _boxes_of_kind(one.claim, "marked", names[one.rater], one.boxes)]
    tables = [
        DataTable("ratings", "one judgement of one rater on one dimension a row", RATINGS, rated),
        DataTable("claims", "one piece of evidence that a model pointed at a row", CLAIMS, list(map(_claim, claims))),
        DataTable("boxes", "one box a row", BOXES, boxes),
        DataTable("scores", "one answer of a referee on one dimension a row", _score_columns(levels), scored),
    ]
    if marks:
        rows = [_mark(one, names, videos[one.claim]) for one in marks]
        tables.append(DataTable("marks", "what one rater marked in the place of one claim a row", MARKS, rows))
    return tables


def pseudonyms(raters: Sequence[str], salt: str) -> dict[str, str]:
    """Name raters r1, r2, … in an order that tells nothing of their names.

    >>> sorted(pseudonyms(["anna", "bert"], "study").values())
    ['r1', 'r2']
    """
    mixed = sorted(raters, key=lambda name: hashlib.sha256(f"{salt}\0{name}".encode("utf-8", "replace")).digest())
    return {name: f"r{number}" for number, name in enumerate(mixed, start=1)}


def _claim(one: Claim) -> Row:
    span, reference = one.span or (None, None), one.reference_span or (None, None)
    plain = {key: getattr(one, key) for key in ("video", "question", "answer", "object", "rollout", "index", "group")}
    spans = {"span_start": span[0], "span_end": span[1], "reference_start": reference[0], "reference_end": reference[1]}
    rest = {"step": one.step, "source": one.source, "text": one.text}
    return {"claim": one.id, **plain, **spans, "reference_boxes_known": one.reference_boxes is not None, **rest}


def _boxes(one: Claim) -> list[Row]:
    reference = _boxes_of_kind(one.id, "reference", "", one.reference_boxes or ())
    return [*_boxes_of_kind(one.id, "claimed", "", one.boxes), *reference]


def _boxes_of_kind(claim: str, kind: str, rater: str, boxes: Sequence[TimedBox]) -> list[Row]:
    keys = ("t", "x1", "y1", "x2", "y2")
    return [{"claim": claim, "kind": kind, "rater": rater, **dict(zip(keys, box, strict=True))} for box in boxes]


def _mark(one: Mark, names: Mapping[str, str], video: str) -> Row:
    span = one.span or (None, None)
    head = {"claim": one.claim, "video": video, "rater": names[one.rater], "span_start": span[0], "span_end": span[1]}
    plain = {key: getattr(one, key) for key in ("reason", "seconds", "origin", "simulated")}
    return head | plain


def _rating(one: Rating, names: Mapping[str, str], video: str) -> Row:
    plain = {key: getattr(one, key) for key in ("dimension", "level", "reason", "seconds", "order", "rubric", "origin")}
    head = {"claim": one.claim, "video": video, "rater": names[one.rater]}
    return {**head, **plain, "simulated": one.origin == "simulated"}


def _score_columns(levels: range) -> tuple[DataColumn, ...]:
    place = [column.name for column in _SCORES].index(_SHARES_BEFORE)
    shares = (DataColumn(f"p{level}", "number", f"probability of level {level}") for level in levels)
    return (*_SCORES[:place], *shares, *_SCORES[place:])


def _score(one: RefereeScore, levels: range) -> Row:
    plain = {key: getattr(one, key) for key in ("dimension", "level", "expected", "status", "reason", "sample", "rung")}
    shares = one.distribution or ()
    return {
        "claim": one.claim, "referee": one.referee, "raw": one.raw, **plain,
        **{f"p{level}": shares[level] if level < len(shares) else None for level in levels},
    }  # fmt: skip
