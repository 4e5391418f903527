"""Which claims of an import go into the study: those that its rubric asks about, within videos that can be used."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from referee_calib.errors import InputError
from referee_calib.rubric import Rubric
from referee_calib.study import scale_check
from referee_calib.study.intake import ProblemList, SpooledClaim, video_import
from referee_calib.study.intake.import_reader import ImportedFile

NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True)
class UsableClaims:
    """Which claims go into the study."""

    videos: Collection[str]  # those that can be used
    rubric: Rubric
    late: set[str] = field(default_factory=set)  # ids of claims outside their video
    used: set[str] = field(default_factory=set)  # videos that some usable claim names

    def why_not(self, one: SpooledClaim) -> str:
        """Return the code of why a claim is left out, "" for one that is not."""
        if not self.rubric.among(one.row.dimensions.split()):
            return NOT_JUDGED
        if one.video not in self.videos:
            return "unusable_video"
        return "outside_video" if one.row.id in self.late else ""


def hold_against_videos(
    ends: dict[str, float], files: Sequence[ImportedFile], problems: ProblemList, rubric: Rubric, *, refuse: bool
) -> UsableClaims:
    """Tell which claims are judged and lie within their videos; with `refuse` those outside are problems."""
    usable = UsableClaims(ends.keys(), rubric)
    for one in (one for file in files for one in file.claims if not usable.why_not(one)):
        why = video_import.times_outside(one.times, one.span, one.video, ends[one.video])
        if not why:
            usable.used.add(one.video)
            continue
        usable.late.add(one.row.id)
        if refuse:
            problems.add("claim", video_import.outside_problem(one, why), one.place, 1)
    return usable


def refuse_unjudged(files: Sequence[ImportedFile], usable: UsableClaims, rubric: Rubric) -> None:
    """Raise InputError when the rubric asks about no dimension of any claim; single ones are left out and counted."""
    first = next((one for file in files for one in file.claims), None)
    if first is not None and all(usable.why_not(one) == NOT_JUDGED for file in files for one in file.claims):
        raise InputError(
            f"{sum(len(file.claims) for file in files)} claims, first {first.place}",
            f"{scale_check.unasked(rubric)}, and none of them has that",
            "Make a study with a rubric that suits them: referee-calib init OTHER --rubric FILE",
        )
