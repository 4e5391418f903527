"""Up to which overlap a change is small: what two people make of the same evidence, measured or assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from referee_calib.errors import InputError
from referee_calib.perturbation.families.perturbation import AGREEMENT
from referee_calib.perturbation.harness.reward_table import On

if TYPE_CHECKING:
    from referee_calib.study import Study

ToleranceName = Literal["assumed", "people", "charades", "activitynet"]
TOLERANCES: tuple[ToleranceName, ...] = get_args(ToleranceName)
LEAST_ITEMS = 10  # marked by two people, for a mean overlap of them to stand for people's
SAME = 0.999  # people who overlap so much leave no room for a small change
# Mean tIoU of two of five people's spans, recomputed by benchmarks/span_tolerance.py from the files of Otani et al.,
# "Uncovering Hidden Challenges in Query-Based Video Moment Retrieval", BMVC 2020.
PUBLISHED_SPANS: dict[str, tuple[float, str]] = {
    "charades": (0.521, "1,000 queries of Charades-STA, five people each"),
    "activitynet": (0.442, "1,288 queries of ActivityNet Captions, five people each"),
}
_NAMES: dict[On, str] = {"boxes": "IoU", "span": "tIoU"}


@dataclass(frozen=True, slots=True)
class OverlapTolerance:
    """A tolerance, and where it comes from.

    Attributes
    ----------
    overlap : float
        IoU, or tIoU, down to which a change of true evidence is small.
    source : {"assumed", "people", "charades", "activitynet"}
    basis : str
        Whose marks it is the mean of, or that it is assumed.
    """

    overlap: float
    source: ToleranceName
    basis: str

    def to_json(self) -> dict[str, Any]:
        """Return the fields."""
        return asdict(self)


ASSUMED = OverlapTolerance(AGREEMENT, "assumed", "assumed, not measured")


def overlap_tolerances(study: Study, name: ToleranceName) -> dict[On, OverlapTolerance]:
    """Return the tolerance of boxes and that of spans.

    Parameters
    ----------
    study : Study
    name : {"assumed", "people", "charades", "activitynet"}
        What is assumed; what the study's own people marked; what people of a public data set marked, which is known of
        spans alone. A kind of evidence of which nothing is known is held to what is assumed.

    Returns
    -------
    dict of "boxes" and "span" to OverlapTolerance

    Raises
    ------
    InputError
        For an unknown name, and for "people" in a study of which nothing was marked by two people often enough.
    """
    if name not in TOLERANCES:
        raise InputError(f"tolerance {name!r:.40}", f"it is one of {', '.join(TOLERANCES)}")
    if name == "people":
        return _checked_people(study)
    found: dict[On, OverlapTolerance] = {"boxes": ASSUMED, "span": ASSUMED}
    if name != "assumed":
        overlap, basis = PUBLISHED_SPANS[name]
        found["span"] = OverlapTolerance(overlap, name, basis)
    return found


def further_tolerances(study: Study, used: Mapping[On, OverlapTolerance]) -> dict[On, tuple[OverlapTolerance, ...]]:
    """Return those that are shown beside the one that is used: the assumed one, and people's where they marked."""
    people = {on: one for on, one in _people(study).items() if isinstance(one, OverlapTolerance)}
    beside: dict[On, tuple[OverlapTolerance, ...]] = {}
    for on, one in used.items():
        candidates = (ASSUMED, *((people[on],) if on in people else ()))
        beside[on] = tuple(other for other in candidates if other.source != one.source)
    return beside


def _checked_people(study: Study) -> dict[On, OverlapTolerance]:
    found = _people(study)
    measured = {on: one for on, one in found.items() if isinstance(one, OverlapTolerance)}
    if not measured:
        raise InputError(
            "--tolerance people",
            "; ".join(f"{_NAMES[on]}: {why}" for on, why in found.items()),
            f"Import people's marks: referee-calib import {study.folder} marks.jsonl",
        )
    return {
        on: one
        if isinstance(one, OverlapTolerance)
        else OverlapTolerance(AGREEMENT, "assumed", f"assumed, not measured: {one}")
        for on, one in found.items()
    }


def _people(study: Study) -> dict[On, OverlapTolerance | str]:
    """Return what two of the study's people overlap by on average, or why that is not known."""
    from agreement import localization_agreement
    from referee_calib.localization import study_marks

    marks = study.marks()
    given = study_marks(marks, study.claims()) if marks else {}
    found: dict[On, OverlapTolerance | str] = {}
    on: On
    for on in ("boxes", "span"):
        n = given[on].n_shared if on in given else 0
        if n < LEAST_ITEMS:
            found[on] = f"{n} claims were marked by two people, and {LEAST_ITEMS} are needed"
            continue
        overlap = localization_agreement(given[on].marks).overlap
        assert overlap.value is not None  # noqa: S101 - there are shared items
        if overlap.value > SAME:
            found[on] = "people's marks are the same, so that no change is small"
            continue
        where = "" if overlap.low is None else f" [{overlap.low:.2f}, {overlap.high:.2f}]"
        simulated = ", simulated" if given[on].notes and "simulated" in given[on].notes[0] else ""
        basis = f"mean {_NAMES[on]}{where} of two people's marks of {n} claims of this study{simulated}"
        found[on] = OverlapTolerance(overlap.value, "people", basis)
    return found
