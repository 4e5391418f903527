"""Annotations of Label Studio as ratings: everything is checked here, for the server checks nothing.

An annotation is refused when it cannot be told who judged, or what, or when its answers are not on the study's scale.
What is refused is counted by reason, and each is named by task, annotation and user.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from referee_calib.annotation_reading import AnnotationsRead, LevelValue, LevelValues
from referee_calib.label_studio.evidence_regions import Region, changed_evidence
from referee_calib.label_studio.labeling_config import NOTE, SKIP
from referee_calib.label_studio.task_rows import claim_of
from referee_calib.records import Claim, Rating
from referee_calib.rubric import Rubric

ORIGIN = "label_studio"
SKIPPED = "skipped"  # the reason of who pressed Label Studio's own Skip, which asks for none
NO_CLAIM = "the task names no claim of this study"
NOBODY = "it does not say who gave it"
SOMEBODY_ELSE = "another user changed it afterwards, so that nobody knows whose judgement it is"
COPIED = "it was begun as a copy of another user's annotation"
MOVED = "the claimed box or span was moved, so that something else was judged"
REMOVED = "the claimed box or span was removed, so that nobody knows what was judged"
OFF_SCALE = "an answer is not on the study's scale"
NOT_ASKED = "an answer to a question that this claim is not asked"
INCOMPLETE = "a question has no answer, and no reason was given"
NO_TIME = "it has no time"
UNFINISHED = "a draft that was not submitted"
DRAWN = "further boxes or spans were drawn, which are no ratings and stay in Label Studio"
TWICE = "several tasks are about one claim; the latest annotation of a user counts"
UNCOMPARED = "its box and span could not be compared with the claim's"
NOT_ALL = "some questions have no answer"
MOST_SECONDS = 7 * 24 * 3600.0  # what is longer is no time that somebody spent on a claim

Task = Mapping[str, Any]
Evidence = Callable[[Claim], Sequence[Region] | None]  # the regions that a claim's task began with; None when unknown


@dataclass(frozen=True, slots=True)
class AnnotationCheck:
    """How annotations of a study are checked.

    Attributes
    ----------
    claims : mapping of str to Claim
        By id.
    rubric : Rubric
        What is asked.
    rater : callable
        From the number of a user, and what else is known of them, to the name of a rater.
    evidence : callable
        The regions that a claim's task began with, None where they are not known.
    lowest : int
        The number that stands for the worst level.
    """

    claims: Mapping[str, Claim]
    rubric: Rubric
    rater: Callable[[int, str], str]
    evidence: Evidence
    lowest: int = 0

    def read(self, tasks: Sequence[Task]) -> AnnotationsRead:
        """Read the annotations of all tasks in the order in which they were last changed."""
        found, seen = AnnotationsRead(), set[str]()
        given: list[tuple[str, Task, Mapping[str, Any]]] = []
        for task in tasks:
            claim = claim_of(task)
            if claim in seen and claim in self.claims:
                found.remark(TWICE, _named(task))
            seen.add(claim)
            for draft in task.get("drafts") or []:
                found.exclude(UNFINISHED, _named(task, draft if isinstance(draft, Mapping) else {"id": draft}, "draft"))
            given += [(str(one.get("updated_at")), task, one) for one in task.get("annotations") or []]
        for _, task, one in sorted(given, key=lambda item: item[0]):
            self._read_one(found, task, one)
        return found

    def _read_one(self, found: AnnotationsRead, task: Task, annotation: Mapping[str, Any]) -> None:
        name = _named(task, annotation)
        claim = self.claims.get(claim_of(task))
        user, who = user_of(annotation.get("completed_by"))
        time = _utc(annotation.get("updated_at"))
        wrong = _untrusted(annotation, user) or (NO_CLAIM if claim is None else "") or ("" if time else NO_TIME)
        if wrong or claim is None or user is None:
            found.exclude(wrong or NOBODY, name)
            return
        result = [one for one in annotation.get("result") or [] if isinstance(one, Mapping)]
        if not annotation.get("was_cancelled") and self._evidence_changed(found, claim, result, name):
            return
        values = self._values(found, claim, annotation, result, name)
        note = "\n".join(map(str, _answers(result, NOTE, "text")))
        for dimension, value in values.items():
            found.ratings.append(
                Rating(
                    claim=claim.id,
                    rater=self.rater(user, who),
                    dimension=dimension,  # type: ignore[arg-type]  # one of the rubric's
                    level=value.level,
                    reason=value.reason,
                    note=note,
                    seconds=_seconds(annotation.get("lead_time")),
                    rubric=self.rubric.version,
                    time=time,
                    origin=ORIGIN,
                    nonce=_nonce(annotation, time),
                )
            )

    def _evidence_changed(
        self, found: AnnotationsRead, claim: Claim, result: Sequence[Mapping[str, Any]], name: str
    ) -> bool:
        expected = self.evidence(claim)
        if expected is None:
            found.remark(UNCOMPARED, name)
            return False
        changed, drawn = changed_evidence(expected, [dict(one) for one in result])
        if changed:
            found.exclude(MOVED if changed == "moved" else REMOVED, name)
            return True
        if drawn:
            found.remark(DRAWN, name)
        return False

    def _values(
        self,
        found: AnnotationsRead,
        claim: Claim,
        annotation: Mapping[str, Any],
        result: Sequence[Mapping[str, Any]],
        name: str,
    ) -> dict[str, LevelValue]:
        """Return the level, or the reason why there is none, by dimension."""
        asked = [scale.dimension for scale in self.rubric.scales if scale.dimension in claim.dimensions]
        reasons = _answers(result, SKIP, "choices")
        if annotation.get("was_cancelled") or reasons:
            return dict.fromkeys(asked, LevelValue(None, str(reasons[0]) if reasons else SKIPPED))
        values = {}
        for scale in self.rubric.scales:
            answers = _answers(result, scale.dimension, "choices", "rating", "number")
            if answers and scale.dimension not in asked:
                found.exclude(NOT_ASKED, f"{name}, {scale.dimension}")
            elif answers:
                reader = LevelValues(scale.levels, self.lowest)
                value = reader.read(answers[0]) if len(answers) == 1 else LevelValue(None)
                if value.level is None and not value.reason:
                    found.exclude(OFF_SCALE, f"{name}, {scale.dimension}: {', '.join(map(str, answers))!r:.60}")
                else:
                    values[scale.dimension] = value
        self._tell_gaps(found, asked, result, values, name)
        return values

    def _tell_gaps(
        self,
        found: AnnotationsRead,
        asked: Sequence[str],
        result: Sequence[Mapping[str, Any]],
        values: Mapping[str, LevelValue],
        name: str,
    ) -> None:
        """Count the questions that nobody answered."""
        answered = {str(one.get("from_name")) for one in result}
        gaps = [dimension for dimension in asked if dimension not in answered]
        if gaps and not values:
            found.exclude(INCOMPLETE, name)
        elif gaps:
            found.remark(NOT_ALL, f"{name}: {', '.join(gaps)}")


def user_of(given: Any) -> tuple[int | None, str]:
    """Return the number of who gave an annotation and what else is said of them: exports give a number or an object."""
    if isinstance(given, Mapping):
        who = next((str(given[key]) for key in ("email", "username") if given.get(key)), "")
        number = given.get("id")
        return (number if type(number) is int else None), who
    if isinstance(given, str):  # of a draft
        return None, given
    return (given if type(given) is int else None), ""


def _untrusted(annotation: Mapping[str, Any], user: int | None) -> str:
    """Say why nobody knows whose own judgement it is, "" when it is known."""
    if user is None:
        return NOBODY
    changed_by = user_of(annotation.get("updated_by"))[0]
    if changed_by is not None and changed_by != user:
        return SOMEBODY_ELSE
    return COPIED if annotation.get("parent_annotation") is not None else ""


def _answers(result: Sequence[Mapping[str, Any]], control: str, *kinds: str) -> list[Any]:
    """Return all answers to a control: choices and texts are lists, ratings and numbers are one."""
    found: list[Any] = []
    for one in result:
        value = one.get("value")
        if one.get("from_name") != control or not isinstance(value, Mapping):
            continue
        for kind in kinds:
            held = value.get(kind)
            found += held if isinstance(held, list) else [] if held is None else [held]
    return found


def _nonce(annotation: Mapping[str, Any], time: str) -> str:
    """Name a state of an annotation: a correction changes its time, and is an act of its own."""
    return f"{act_of(annotation)}@{time}"


def act_of(annotation: Mapping[str, Any]) -> str:
    """Name an annotation in all its states."""
    name = annotation.get("unique_id") or annotation.get("id")
    return f"{acts_of(annotation.get('project'))}{name}".encode("ascii", "replace").decode()[:160]


def acts_of(project: object) -> str:
    """Return what the names of a project's annotations begin with."""
    return f"label_studio:{project}:"


def _named(task: Task, annotation: Mapping[str, Any] | None = None, kind: str = "annotation") -> str:
    said = f"task {task.get('id')}"
    if annotation is None:
        return f"{said} ({claim_of(task) or 'no claim'})"
    user, who = user_of(annotation.get("completed_by", annotation.get("user")))
    return f"{said}, {kind} {annotation.get('id')} of user {who or user}"


def _utc(text: Any) -> str:
    """Return a time as ISO 8601 in UTC, "" for what is none."""
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (TypeError, ValueError, OverflowError):
        return ""


def _seconds(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_SECONDS:
        return None
    return float(value)
