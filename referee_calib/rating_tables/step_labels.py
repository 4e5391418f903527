"""Responses with a label or a score for each step, as process reward models are trained and tested on, as a table.

Three forms are known, each an object per response:

- VisualProcessBench: ``response`` holds ``steps`` and ``process_correctness``, what people say of each: 1 correct, 0
  neutral, -1 incorrect.
- VisualPRM400K-Raw: ``steps_with_score`` holds a ``step`` and its ``score`` each: the share of sampled continuations
  from there that reach the right answer.
- a judge's scores of the former: ``prm_scores`` (a list, or one within a list), ``scores`` or ``pred``, beside the
  people's labels as ``labels_per_step`` or ``ground_truth``.

A step is a unit, named by the position of its response in the file (or its ``id``) and its own, both from 0: ``17/2``.
What is independent is the picture that a question is about.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.rating_tables.json_rows import Object

if TYPE_CHECKING:
    from agreement import Note

PEOPLE, MONTE_CARLO = "people", "monte-carlo"  # who labelled, as neither file names anybody
CORRECTNESS = "correctness"
LABELS = (-1, 0, 1)  # of VisualProcessBench
FAILED = -2  # what evaluation scripts write for a step that a judge gave no score
JUDGED = ("prm_scores", "scores", "pred")
STATED = ("labels_per_step", "ground_truth")
KEPT = ("data_source", "policy_model", "answer")  # fields of a response that its steps keep, for slices


@dataclass(slots=True)
class StepTable:
    """Rows of steps, the scale of people's labels where the form states one, and what was not as it should be."""

    rows: list[Object] = field(default_factory=list)
    scale: tuple[float, ...] = ()
    responses: int = 0
    steps: int = 0
    missing: Counter[str] = field(default_factory=Counter)

    def notes(self) -> list[Note]:
        """Say what the file was read as, and how many scores are missing, by reason."""
        from agreement import Note, NoteCode

        said = [f"read as labels of steps: {self.steps} steps of {self.responses} responses, named RESPONSE/STEP"]
        said += [f"{n} step(s) {reason}" for reason, n in self.missing.items()]
        return [Note(text, NoteCode.TABLE_FORM) for text in said]


def step_table(path: Path, rows: list[Object], referee: str | None = None) -> StepTable | None:
    """Lay the steps of responses under each other; None for objects of another form.

    Parameters
    ----------
    path : Path
        Its name is the judge's where the file holds a judge's scores.
    rows : list of dict
        The objects of the file.
    referee : str or None
        Give the judge's scores rows of their own under this name, beside those of people.

    Raises
    ------
    InputError
        For a response whose labels are not as many as its steps.

    Examples
    --------
    >>> row = {"question": "Why?", "response": {"steps": ["a", "b"], "process_correctness": [1, -1]}}
    >>> [(step["unit"], step["value"]) for step in step_table(Path("test.jsonl"), [row]).rows]
    [('0/0', 1), ('0/1', -1)]
    """
    if not rows or _form(rows[0]) is None:
        return None
    found = StepTable(scale=LABELS if _form(rows[0]) != "scored" else (), responses=len(rows))
    for number, row in enumerate(rows):
        form = _form(row)
        if form is None:
            raise InputError(f"{path}: object {number + 1}", "it holds no labels of steps, as the first one does")
        about = {"cluster": _pictures(row, number)} | {name: row[name] for name in KEPT if row.get(name) is not None}
        for position, step in enumerate(_STEPS[form](path, number, row, found.missing)):
            found.rows.append({"unit": f"{row.get('id', number)}/{position}", **step, **about})
    found.steps = len(found.rows)
    if referee is not None:
        scored = [step for step in found.rows if step.get("score") is not None]
        found.rows += [{**step, "rater": referee, "value": step["score"]} for step in scored]
    return found


def _form(row: Object) -> str | None:
    response = row.get("response")
    if isinstance(response, Mapping) and {"steps", "process_correctness"} <= response.keys():
        return "labelled"
    if isinstance(row.get("steps_with_score"), list):
        return "scored"
    if any(isinstance(row.get(key), list) for key in JUDGED) and any(isinstance(row.get(key), list) for key in STATED):
        return "judged"
    return None


def _pictures(row: Object, number: int) -> str:
    """Name the pictures of a response, its cluster: the same in all forms, so that two files of it can be joined."""
    given = row.get("image") or (row.get("meta") or {}).get("image_paths") or f"response {number}"
    names = [PurePosixPath(str(one)).name for one in (given if isinstance(given, list) else [given])]
    return "/".join([*([str(row["data_source"])] if row.get("data_source") else []), *names])


def _labelled(path: Path, number: int, row: Object, _: Counter[str]) -> Iterator[Object]:
    steps, labels = row["response"]["steps"], row["response"]["process_correctness"]
    if len(steps) != len(labels):
        raise InputError(
            f"{path}: object {number + 1} has {len(steps)} steps and {len(labels)} labels",
            "which label is about which step cannot be told",
            "Correct or remove it.",
        )
    for text, label in zip(steps, labels, strict=True):
        yield _by_people(label) | {"step": text}


def _scored(path: Path, number: int, row: Object, missing: Counter[str]) -> Iterator[Object]:
    for one in row["steps_with_score"]:
        if not isinstance(one, Mapping):
            raise InputError(f"{path}: object {number + 1}", "a step is an object with the keys step and score")
        score = _number(one.get("score"))
        if score is None:
            missing["without a score"] += 1
        yield {"rater": MONTE_CARLO, "value": score, "step": one.get("step")}


def _judged(path: Path, number: int, row: Object, missing: Counter[str]) -> Iterator[Object]:
    labels: list[Any] = next(row[key] for key in STATED if isinstance(row.get(key), list))
    scores = _judge_scores(row)
    if len(scores) != len(labels):
        missing["of responses for which the judge gave another number of scores"] += len(labels)
        scores = [None] * len(labels)
    for label, one in zip(labels, scores, strict=True):
        score = None if one == FAILED else _number(one)
        yield _by_people(label) | {"judge": path.name.split(".")[0], "score": score}


def _judge_scores(row: Object) -> list[Any]:
    """Return the first of its lists that holds something, out of the list of one list that some scripts write."""
    given: list[Any] = next((row[key] for key in JUDGED if isinstance(row.get(key), list) and row[key]), [])
    return given[0] if len(given) == 1 and isinstance(given[0], list) else given


def _by_people(label: Any) -> Object:
    return {"rater": PEOPLE, "value": label, "dimension": CORRECTNESS}


def _number(value: Any) -> float | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return value if plain else None


_STEPS = {"labelled": _labelled, "scored": _scored, "judged": _judged}
