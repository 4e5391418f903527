"""Which two tables a study is made from, and what their columns mean."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStudyOptions:
    """A table of people's ratings, a table of judges' scores, and their columns.

    Attributes
    ----------
    ratings, scores : Path
        Files that :func:`referee_calib.rating_tables.read_frame` reads; the ratings may be an export of an annotation
        tool.
    ratings_sheet, scores_sheet : str or None
        Sheets of Excel workbooks that have several; both tables may be sheets of one workbook.
    unit : str
        Column of either table that names what was judged.
    rater, value : str
        Columns of the ratings: who rated, and the level.
    cluster : str or None
        Column, of either table, of what is independent; None for "video" or "cluster", if it is there.
    dimensions : tuple of str
        Only these; all that were rated where it is empty.
    judges : str or None
        Judges to take, with commas between them; ``NAME=DIMENSION`` says which dimension one judges.
    scales : tuple of str
        ``1:5`` or ``0,50,100`` for every dimension, ``DIMENSION=0:1`` for one; else the levels that people gave.
    slices : tuple of str
        Columns, of either table, by which units are told apart.
    link, text : str or None
        Columns of where a unit can be seen, and of what to show of it.
    missing : str or None
        Codes for a missing rating or score, separated by commas.
    wide : str or None
        Columns of the ratings that hold one rater each, separated by commas, or "all".
    name : str
        The study's title.
    """

    ratings: Path
    scores: Path
    ratings_sheet: str | None = None
    scores_sheet: str | None = None
    unit: str = "unit"
    rater: str = "rater"
    value: str = "value"
    cluster: str | None = None
    dimensions: tuple[str, ...] = ()
    judges: str | None = None
    scales: tuple[str, ...] = ()
    slices: tuple[str, ...] = ()
    link: str | None = None
    text: str | None = None
    missing: str | None = None
    wide: str | None = None
    name: str = ""

    @property
    def codes_for_missing(self) -> list[str]:
        """Return the codes for a missing cell."""
        return [] if self.missing is None else [code.strip() for code in self.missing.split(",")]

    @property
    def named_judges(self) -> dict[str, str | None]:
        """Return the judges that are named, each with the dimension it judges where that is said."""
        found: dict[str, str | None] = {}
        for part in (self.judges or "").split(","):
            name, equals, dimension = (piece.strip() for piece in part.partition("="))
            if name in found or (equals and not dimension):
                why = "a judge is named twice" if name in found else "no dimension follows it"
                raise InputError(f"--judges {self.judges}: {part.strip()}", why, "Example: --judges gpt=alignment,clip")
            if name:
                found[name] = dimension or None
        return found

    def to_json(self) -> dict[str, Any]:
        """Return what differs from the defaults, as JSON types, without the files' folders."""
        plain = {one.name: one.default for one in fields(self)}
        told = {key: value for key, value in asdict(self).items() if value != plain[key] and key != "name"}
        told |= {"ratings": self.ratings.name, "scores": self.scores.name}
        return {key: list(value) if isinstance(value, tuple) else value for key, value in told.items()}


@dataclass(frozen=True, slots=True)
class ReadingNotes:
    """What is to be said of how tables were read."""

    said: list[str] = field(default_factory=list)

    def add(self, *notes: str) -> None:
        """Add sentences, each once."""
        self.said.extend(note for note in dict.fromkeys(notes) if note and note not in self.said)
