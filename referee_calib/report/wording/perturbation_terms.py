"""Words for families of perturbations, kinds of wrong evidence and parts of the robustness claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Name, and how its magnitude reads on an axis.
FAMILIES: dict[str, tuple[str, str]] = {
    "shift_x": ("Shifted sideways", "shift, in widths of the object"),
    "shift_y": ("Shifted up or down", "shift, in heights of the object"),
    "shift_diagonal": ("Shifted diagonally", "shift, in widths and heights"),
    "shift_any": ("Shifted in any direction", "shift, in sizes of the object"),
    "edge_any": ("One edge moved", "edge moved, in sizes of the object"),
    "jitter": ("All edges jittered", "largest move of an edge, in sizes"),
    "grow": ("Grown", "growth of both sides, as a share"),
    "shrink": ("Shrunk", "shrinkage of both sides, as a share"),
    "aspect": ("Other shape, same area", "one side longer by this share"),
    "frames_early": ("Frames earlier", "frames earlier"),
    "frames_late": ("Frames later", "frames later"),
    "frames": ("Frames off", "frames earlier or later"),
    "span_shift": ("Span moved", "shift, in lengths of the span"),
    "span_early": ("Span earlier", "earlier, in lengths of the span"),
    "span_late": ("Span later", "later, in lengths of the span"),
    "span_start": ("Start moved", "start moved, in lengths of the span"),
    "span_end": ("End moved", "end moved, in lengths of the span"),
    "span_boundary": ("One boundary moved", "boundary moved, in lengths of the span"),
    "span_grow": ("Span longer", "longer by this share"),
    "span_shrink": ("Span shorter", "shorter by this share"),
}
# The family that stands for all where there is room for one.
FIRST = {"boxes": "shift_x", "span": "span_late"}
_TITLES: dict[str, str] = {
    **{name: title for name, (title, _) in FAMILIES.items()},
    "background": "empty place",
    "same_class_distractor": "other, same class",
    "other_class_distractor": "other, other class",
    "distractor": "another thing",
    "swapped_name": "wrong name",
    "wrong_time": "wrong time",
    "wrong_span": "wrong span",
    "other_video": "other video",
    "blank": "blank frames",
    "mirrored": "mirrored frames",
    "paraphrase": "Other words for it",
    "overlay_colour": "Box in another colour",
    "overlay_width": "Box with a wider line",
    "reencoded": "Frames compressed harder",
    "far_too_late": "Late by 95 s",
    "box_grid": "171 boxes",
}
PARTS: dict[str, str] = {
    "loss": "loss over small perturbations",
    "drop": "drop on wrong evidence",
    "auc": "discrimination (AUC)",
    "false_acceptance": "false acceptance",
    "gap": "gap beyond retest noise",
    "zero_variance": "zero-variance groups",
    "people": "nearness to people",
}
EVIDENCE: dict[str, str] = {"boxes": "Boxes", "span": "Spans"}
SAYS: dict[str, str] = {
    "supported": "All parts hold after Holm’s correction.",
    "insensitive, not robust": "It forgives small perturbations and wrong evidence alike, as a constant does.",
    "not supported": "At least one part is shown not to hold.",
    "cannot tell": "No part is shown to fail, and these data do not show that all hold.",
}


def family_title(name: str) -> str:
    """Return what a family is called."""
    return _TITLES.get(name, name)


def titles_of_families(families: str) -> str:
    """Replace the keys of families in a list with commas by what they are called; other words stay."""
    return ", ".join(family_title(name) for name in families.split(", "))


def labels_of(summary: Mapping[str, Any]) -> dict[str, str]:
    """Return what each reward of a summary is called."""
    return {row["name"]: row["label"] for row in summary["rewards"]}


MEASURES: dict[str, str] = {  # of a reward as a whole, in the order of the table
    "small_loss": "Loss over small perturbations",
    "auc": "Discrimination (AUC)",
    "drop": "Drop on wrong evidence",
    "flip_rate_beyond": "Acceptance flips beyond retest",
    "rank_tau": "Rank stability, tau-b",
    "best_flips": "Best of eight changes",
    "zero_variance": "Zero-variance groups of 8",
    "plateau": "Plateau width",
}
