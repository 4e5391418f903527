"""Storing what was read of a tool's annotations: raters are registered, ratings and marks appended, in one step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from referee_calib.annotation_reading.annotations_read import AnnotationsRead
from referee_calib.errors import StudyError
from referee_calib.study import Study, record_audit


@dataclass(frozen=True, slots=True)
class StoredAnnotations:
    """What became of annotations: how many ratings and marks are new, how many were known, who was registered."""

    ratings: int
    new: int
    known: int
    marks: int
    new_marks: int
    raters: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return asdict(self) | {"raters": list(self.raters)}


def store_annotations(study: Study, read: AnnotationsRead, *, origin: str, source: str) -> StoredAnnotations:
    """Append what is not there yet, within the caller's transaction of the study.

    Parameters
    ----------
    study : Study
        Where to.
    read : AnnotationsRead
        Ratings and marks of this origin.
    origin : str
        The tool, as a rater's origin.
    source : str
        Which project or file it is, for the audit trail.

    Raises
    ------
    StudyError
        When a rater of that name is in the study already and rates elsewhere: two ways of rating would mix.
    """
    names = {one.rater for one in read.ratings} | {one.rater for one in read.marks}
    new = _register(study, sorted(names), origin)
    ratings, marks = study.add_ratings(read.ratings), study.add_marks(read.marks)
    done = StoredAnnotations(len(read.ratings), ratings.new, ratings.known, len(read.marks), marks.new, tuple(new))
    if ratings.new or marks.new or new:
        record_audit(study, "command line", "import annotations", source, **done.to_json(), excluded=read.counts())
    return done


def _register(study: Study, names: Iterable[str], origin: str) -> list[str]:
    known = {one.name: one.origin for one in study.raters()}
    new = [name for name in names if name not in known]
    elsewhere = [name for name in names if known.get(name, origin) != origin]
    if elsewhere:
        where = known[elsewhere[0]]
        raise StudyError(
            f"rater {elsewhere[0]!r} is in the study already and rates elsewhere ({where})",
            "ratings of two places would mix under one name",
            f"State another name: --rater USER={elsewhere[0]}-{origin.replace('_', '-')}",
        )
    for name in new:
        study.add_rater(name, origin=origin)
    return new
