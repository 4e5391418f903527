"""What gave no claim when files were imported, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from referee_calib.analysis.results import ParseFailures

if TYPE_CHECKING:
    from referee_calib.study import Study


def parse_failures(study: Study) -> tuple[ParseFailures, ...]:
    """Return the pieces of model text that gave no claim, by file and reason; a file that came twice counts once."""
    lost = [(intake["file"], intake["excluded"]) for intake in study.intakes() if intake.get("excluded")]
    if not lost:
        return ()
    from referee_calib.claims import EXPLANATIONS
    from referee_calib.study import EXCLUSIONS

    reasons = {**{str(reason): why for reason, why in EXPLANATIONS.items()}, **EXCLUSIONS}
    return tuple(
        ParseFailures(file, reason, reasons.get(reason, ""), count)
        for file, why in lost
        for reason, count in why.items()
    )
