"""Storing what imported files say of claims: ratings, scores, marks, and the decisions about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from referee_calib.actor import acting
from referee_calib.errors import InputError, RatingError
from referee_calib.records import Mark, Rating
from referee_calib.study import audit
from referee_calib.study.intake import decision_import
from referee_calib.study.intake.import_reader import ImportedFile
from referee_calib.study.study import AddResult, Study

_Item = TypeVar("_Item")


def add_judgements(study: Study, file: ImportedFile, summary: dict[str, Any]) -> None:
    """Store ratings, scores, marks or an audit trail, and put their numbers into the summary."""
    if file.kind == "inspect":
        _refuse_unknown(study, file)
        rated = _from(file, lambda: study.add_ratings([one for _, one in file.ratings]))
        scored = _from(file, lambda: study.add_scores([one for _, one in file.scores]))
        summary |= {"inspect": len(file.ratings) + len(file.scores), "ratings": len(file.ratings)}
        summary |= {"new": rated.new + scored.new, "known": rated.known + scored.known, "replaced": scored.replaced}
    elif file.kind == "ratings":
        _refuse_unknown(study, file)
        added = _from(file, lambda: study.add_ratings([one for _, one in file.ratings]))
        summary |= {"ratings": len(file.ratings), **counts(added)}
    elif file.kind == "scores":
        added = _from(file, lambda: study.add_scores([one for _, one in file.scores]))
        summary |= {"scores": len(file.scores), **counts(added), "replaced": added.replaced}
    elif file.kind == "audit":
        new = audit.take_over(study, file.audit)
        summary |= {"entries": len(file.audit), "new": new, "known": len(file.audit) - new}
    elif file.kind == "marks":
        _refuse_unknown(study, file)
        added = _from(file, lambda: study.add_marks([one for _, one in file.marks]))
        summary |= {"marks": len(file.marks), **counts(added)}


def _refuse_unknown(study: Study, file: ImportedFile) -> None:
    given: list[tuple[str, Rating | Mark]] = [*file.ratings, *file.marks]
    strangers = sorted({one.rater for _, one in given} - {one.name for one in study.raters()})
    if strangers:
        place = next(place for place, one in given if one.rater == strangers[0])
        raise RatingError(
            f"{place}: {len(strangers)} unknown raters: {', '.join(strangers[:5])}",
            "the study has no such rater",
            "Register them without a personal code: --add-raters",
        )
    known = {one.id for one in study.claims(perturbed=True)}
    lost = [(place, one.claim) for place, one in given if one.claim not in known]
    if lost:
        raise RatingError(
            f"{lost[0][0]}: {file.kind[:-1]} for claim {lost[0][1]} ({len(lost)} such {file.kind} in all)",
            "the study has no such claim",
            "Import its claims first, or in the same command.",
        )


def add_decisions(study: Study, file: ImportedFile, summary: dict[str, Any], new: int) -> None:
    """Store decisions or an assignment and put their numbers into the summary; `new` known claims are stored before."""
    if file.kind in ("decisions", "assignment"):
        add = decision_import.add_decisions if file.kind == "decisions" else decision_import.add_assignment
        new += _from(file, lambda: add(study, file.decisions, file.path.name))
        rows = len(file.decisions)
        summary |= {"rows": rows, "new": new, "known": rows - new}


def register(study: Study, files: Sequence[ImportedFile], origins: Mapping[str, str]) -> list[str]:
    """Register the raters whom files name, and those of an export with their `origins`."""
    known = {one.name for one in study.raters()}
    named = {name: "" for file in files for name in decision_import.raters_of(file.decisions)} | dict(origins)
    given: list[Rating | Mark] = [one for file in files for _, one in file.ratings]
    given += [one for file in files for _, one in file.marks]
    named |= {one.rater: one.origin for one in given}
    new = sorted(named.keys() - known)
    for name in new:
        # "app" would give out a personal code; these people signed in somewhere else
        study.add_rater(name, origin=named[name] if named[name] not in ("", "app") else "imported")
    if new:
        audit.record(study, acting(), "add raters", f"{len(new)} raters", raters=new)
    return new


def _from(file: ImportedFile, act: Callable[[], _Item]) -> _Item:
    try:
        return act()
    except InputError as error:
        raise type(error)(f"{file.path.name}: {error.seen}", error.why, error.do) from error


def counts(added: AddResult) -> dict[str, int]:
    """Return the numbers of new and known records for a summary."""
    return {"new": added.new, "known": added.known}
