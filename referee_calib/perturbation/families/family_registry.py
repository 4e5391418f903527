"""All families by name, and perturbations as JSON.

`FAMILIES` names every family and its class; `KINDS` holds one perturbation of each, with the parameters that the
name stands for, to be given a magnitude with `dataclasses.replace`. Families about distractors, names and other
videos need what is known of a study: :func:`kinds` fills it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from referee_calib.errors import InputError
from referee_calib.perturbation.families.boxes import Aspect, Edge, Grow, Jitter, Shift, Shrink
from referee_calib.perturbation.families.hard_negatives import Background, Distractor, SwappedName
from referee_calib.perturbation.families.paraphrase import Paraphrase
from referee_calib.perturbation.families.perturbation import Perturbation
from referee_calib.perturbation.families.reference_objects import ReferenceObjects
from referee_calib.perturbation.families.shown_frames import Blank, Mirrored, OtherVideo, OverlayStyle, Reencoded
from referee_calib.perturbation.families.spans import SpanBoundary, SpanGrow, SpanShift, SpanShrink, WrongSpan
from referee_calib.perturbation.families.target_overlap import ToIoU, ToTIoU
from referee_calib.perturbation.families.times import FrameShift, WrongTime

# Magnitudes of every family, as shares of the object's size or the span's length.
DELTAS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0)
MAGNITUDES: dict[str, tuple[float, ...]] = {
    "share": DELTAS,
    "1 - IoU": (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    "frames": (0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0, 21.0),
    "seconds": (1.0, 2.0, 5.0, 30.0),
    "": (0.0,),
}

KINDS: dict[str, Perturbation] = {
    kind.key: kind
    for kind in (
        *(Shift(direction=direction) for direction in ("x", "y", "diagonal", "any")),
        *(Edge(edge=edge) for edge in ("any", "left", "top", "right", "bottom")),
        Jitter(),
        Grow(),
        Shrink(),
        Aspect(),
        *(ToIoU(how=how) for how in ("shift", "grow", "shrink")),
        *(SpanShift(when=when) for when in ("any", "early", "late")),
        *(SpanBoundary(boundary=boundary) for boundary in ("any", "start", "end")),
        SpanGrow(),
        SpanShrink(),
        ToTIoU(),
        *(FrameShift(when=when) for when in ("any", "early", "late")),
        *(Paraphrase(rule=rule) for rule in ("any", "synonym", "order", "article")),
        OverlayStyle(),
        OverlayStyle(colour="", line_width=8),
        Reencoded(),
        Background(),
        *(Distractor(of=of) for of in ("any", "same_class", "other_class")),
        SwappedName(),
        *(WrongTime(when=when) for when in ("any", "early", "late")),
        WrongSpan(),
        OtherVideo(),
        Blank(),
        Mirrored(),
    )
}
# Why a family that needs more than a claim may apply to none.
INAPPLICABLE: dict[str, str] = {
    "same_class_distractor": "no other object of the same class is known in the videos, away from the named one",
    "other_class_distractor": "no object of another class is known in the videos, away from the named one",
    "wrong_time": "of no object is it known where it is two seconds before or after",
    "swapped_name": "no other name is known",
    "other_video": "there is only one video",
}
FAMILIES: dict[str, type[Perturbation]] = {key: type(kind) for key, kind in KINDS.items()}


def kinds(known: ReferenceObjects = ReferenceObjects(), videos: Iterable[str] = ()) -> dict[str, Perturbation]:  # noqa: B008 - a value
    """Return one perturbation of each family, with what is known of a study filled in.

    Parameters
    ----------
    known : ReferenceObjects
        See :func:`referee_calib.perturbation.collect_reference_objects`.
    videos : iterable of str
        From which frames of another video are drawn.

    Returns
    -------
    dict of str to Perturbation
        By family.
    """
    others = tuple(sorted(set(videos)))
    filled: dict[str, Perturbation] = {}
    for key, kind in KINDS.items():
        names = {f.name for f in fields(kind)}
        given = {"known": known} if "known" in names else {"videos": others} if "videos" in names else {}
        filled[key] = replace(kind, **given)
    return filled


def from_json(data: Mapping[str, Any]) -> Perturbation:
    """Read what `Perturbation.to_json` gave.

    Parameters
    ----------
    data : mapping
        `{"family": key, …}`; parameters that are not given have the family's own values.

    Raises
    ------
    InputError
        For an unknown family or parameter, or one that makes another family of it.
    """
    given = dict(data)
    family = given.pop("family", None)
    if not isinstance(family, str) or family not in KINDS:
        raise InputError(f"family {family!r:.40}", f"families are {', '.join(KINDS)}")
    kind = KINDS[family]
    unknown = sorted(set(given) - {f.name for f in fields(kind)})
    if unknown:
        raise InputError(f"{family} with {', '.join(unknown)}", f"it has {', '.join(f.name for f in fields(kind))}")
    if "known" in given:
        given["known"] = ReferenceObjects.from_json(given["known"])
    if "videos" in given:
        given["videos"] = tuple(given["videos"])
    made = replace(kind, **given)
    if made.key != family:
        raise InputError(f"{family} with {given!r:.80}", f"such parameters make it {made.key}")
    return made
