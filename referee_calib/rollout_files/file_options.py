"""What a user states about a file of replies that the file itself does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutFileOptions:
    """What is stated about files of replies.

    Attributes
    ----------
    layout : str or None
        One of :data:`referee_calib.rollout_files.LAYOUTS`; None to tell by the first row.
    columns : mapping
        Column by field: ``{"video": "path"}``; a column within another is written with a dot, ``"doc.video"``.
    box_unit : str or None
        Unit of the boxes in replies whose rows do not say it.
    reference_unit : str or None
        Unit of true boxes whose rows do not say it; shares of the frame by default.
    strip_prefix : tuple of str
        Beginnings of paths that are taken off the names of videos; the first that fits.
    ignore_extra : bool
        Whether columns that are no field are passed over in ``rollouts.jsonl`` too.
    dataset : Path or None
        The data set that the replies were made from; its rows complete theirs.
    join : str or None
        ``"FIELD"`` or ``"FIELD=FIELD_OF_THE_DATA_SET"`` by which rows belong together; None to find it.
    """

    layout: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    box_unit: str | None = None
    reference_unit: str | None = None
    strip_prefix: tuple[str, ...] = ()
    ignore_extra: bool = False
    dataset: Path | None = None
    join: str | None = None
