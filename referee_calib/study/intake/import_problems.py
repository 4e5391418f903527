"""Everything that stops an import, in one list: the same fault of many rows or videos is told once, with its counts."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import asdict, dataclass
from typing import Any

from referee_calib.errors import ClaimError, FieldError, InputError, RatingError, StudyError, VideoError

# why rows and claims were left out of a study that an import went on with, by the code that counts them
EXCLUSIONS = {
    "outside_video": "The claim lies outside its video's length.",
    "not_judged": "The study's rubric asks about no dimension that the claim has.",
    "unusable_video": "The claim's video is missing or cannot be used.",
    "unusable_row": "The row cannot be used: a field of it is missing or not what it must be.",
}
# what differs between rows that have the same fault: numbers of lines, ids of claims
_NUMBERS = re.compile(r"c[0-9a-f]{15}|\d+(?:\.\d+)?")
SHOWN_PLACES, SHOWN_KINDS = 4, 30


@dataclass
class Problem:
    """One kind of fault.

    Attributes
    ----------
    what : str
        What the count counts: ``"row"``, ``"video"``, ``"claim"`` or ``"file"``.
    seen, why, do : str
        Of the first of them, as an error says it.
    field : str
        The field that it is about, "" for none.
    count : int
        How many there are.
    claims : int
        How many claims they cost.
    places : list of str
        The rows, at most a few; the names of all videos.
    detail : str
        A table that belongs to it, "" for none.
    """

    what: str
    seen: str
    why: str
    do: str
    field: str = ""
    count: int = 0
    claims: int = 0
    places: list[str] = dataclasses.field(default_factory=list)
    detail: str = ""

    @property
    def fault(self) -> str:
        """What is wrong with all of them."""
        about = f"field {self.field}: " if self.field.isidentifier() else ""
        return f"{about}{self.why or self.seen}"

    def __str__(self) -> str:
        many = f"{self.count} {self.what}s" if self.count > 1 else f"1 {self.what}"
        cost = f" ({self.claims} claim{'s' * (self.claims != 1)})" if self.claims and self.what != "claim" else ""
        said = " ".join(f"{many}{cost}: {self.fault}".split())
        if self.what == "video":
            where = ", ".join(self.places)
        else:
            others = self.places[1:] + ["…"] * (self.count > len(self.places))
            also = f" (and {'; '.join(others)})" if others else ""
            where = f"{self.seen}{also}" if self.why else also.strip(" ()")
        below = [" ".join(where.split()), f"→ {self.do}" if self.do else ""]
        return "\n".join([said, *(f"    {line}" for line in [*below, *self.detail.splitlines()] if line)])


class ImportProblems(InputError):
    """Everything that stops an import.

    Parameters
    ----------
    problems : list of Problem
        By kind, in the order in which they were found.
    going_on : str
        What to type to go on without them, "" where that cannot be.
    videos : list of dict
        What every video that the files name is, as far as they were looked at; JSON types.
    """

    def __init__(self, problems: list[Problem], going_on: str, videos: list[dict[str, Any]]) -> None:
        total = f"{len(problems)} kinds of problems" if len(problems) > 1 else "1 kind of problem"
        super().__init__(total, "nothing was imported", going_on)
        self.problems, self.videos = problems, videos

    def __str__(self) -> str:
        shown = [f"- {one}" for one in self.problems[:SHOWN_KINDS]]
        if len(self.problems) > SHOWN_KINDS:
            shown.append(f"- and {len(self.problems) - SHOWN_KINDS} more kinds")
        return "\n".join([f"{self.seen}, {self.why}:", *shown, *([self.do] if self.do else [])])

    def to_json(self) -> dict[str, Any]:
        """Return the problems as JSON types."""
        return {"problems": [asdict(one) for one in self.problems], "videos": self.videos}

    def __reduce__(self) -> tuple[type[ImportProblems], tuple[list[Problem], str, list[dict[str, Any]]]]:
        return type(self), (self.problems, self.do, self.videos)


class ProblemList:
    """Collects what stops an import, so that all of it can be told at once."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str, str], Problem] = {}
        self._first: InputError | None = None
        self._fatal = False

    def add(self, what: str, error: InputError, place: str, claims: int = 0, *, fatal: bool = False) -> None:
        """Take up one fault.

        Parameters
        ----------
        what : {"row", "video", "claim", "file", "unit"}
            What cannot be used.
        error : InputError
            What is wrong with it; the same fault of another row gives the same field and reason.
        place : str
            The row or the video.
        claims : int
            How many claims it costs.
        fatal : bool
            Whether the import cannot go on without it.
        """
        self._first, self._fatal = self._first or error, self._fatal or fatal
        named = error.field if isinstance(error, FieldError) else ""
        kind = (what, named, _NUMBERS.sub("#", error.why or error.seen))
        found = self._kinds.setdefault(kind, Problem(what, error.seen, error.why, error.do, named))
        found.detail = found.detail or getattr(error, "detail", "")
        found.count += 1
        found.claims += claims
        if what == "video" or len(found.places) < SHOWN_PLACES:
            found.places.append(place)

    @property
    def found(self) -> list[Problem]:
        """Every kind of fault, in the order in which they were found."""
        return list(self._kinds.values())

    def refuse(self, videos: list[dict[str, Any]], *, skip: bool) -> None:
        """Raise for what was found; a single fault as the error that it is.

        Parameters
        ----------
        videos : list of dict
            What the videos are, for who asks for JSON.
        skip : bool
            Go on where that can be.
        """
        if self._first is None or (skip and not self._fatal):
            return
        (one, *others) = self.found
        if not others and one.count == 1:
            raise self._first if self._fatal else _with_way_on(self._first, one)
        going_on = "" if self._fatal else "To go on without these rows and videos: --skip-broken"
        raise ImportProblems(self.found, going_on, videos)


def with_place(error: InputError, place: str) -> InputError:
    """Return the error with its place before it, where it does not begin with it."""
    return error if error.seen.startswith(place) else _reworded(error, f"{place}: {error.seen}", error.do)


def _with_way_on(error: InputError, problem: Problem) -> InputError:
    """Return the error of a single row or video with how to go on without it, and what that costs."""
    cost = f" ({problem.claims} claim{'s' * (problem.claims != 1)})" if problem.claims else ""
    way = f"Or go on without it{cost}: --skip-broken"
    told = "--" in error.do or problem.what == "unit"
    return error if told else _reworded(error, error.seen, f"{error.do.rstrip('.')}. {way}" if error.do else way)


def _reworded(error: InputError, seen: str, do: str) -> InputError:
    if isinstance(error, FieldError):
        return FieldError(error.field, seen, error.why, do)
    known = (ClaimError, RatingError, VideoError, StudyError)
    kind = next((one for one in known if isinstance(error, one)), InputError)
    return kind(seen, error.why, do)
