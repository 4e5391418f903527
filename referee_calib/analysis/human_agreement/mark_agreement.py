"""How well people agree on where and when: what they marked themselves, where a study has such marks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from referee_calib.records import Claim

if TYPE_CHECKING:
    from referee_calib.localization import LocalizationTable
    from referee_calib.study import Study


def measure_marks(
    study: Study, claims: Sequence[Claim], *, confidence: float, say: Callable[[str], None]
) -> tuple[LocalizationTable, ...]:
    """Measure spans and boxes that two people or more marked of one claim; nothing where nobody marked."""
    from referee_calib.localization import study_localization
    from referee_calib.perturbation import read_video_facts

    marks = study.marks()
    if not marks:
        return ()
    say("comparing people's marks")
    marked = {one.claim for one in marks if one.span is not None}
    of_spans = (claim for claim in claims if claim.id in marked)
    facts = read_video_facts(of_spans, study.media_path, study.config.clock)
    return study_localization(marks, claims, facts.durations, confidence=confidence)
