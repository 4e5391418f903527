"""``referee-calib doctor --referee``: whether a referee can be used, in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.cli import common
from referee_calib.cli.referee.referee_options import RefereeOptions, spec_of
from referee_calib.records import Dimension

if TYPE_CHECKING:
    from referee_calib.referee import Referee
    from referee_calib.referee_health.health_verdict import RefereeHealth
    from referee_calib.referee_health.paired_checks import HealthCheck

USABLE, NOT_USABLE, NOT_REACHED = 0, 1, 2
_MARKS = {"pass": " ", "weak": "~", "fail": "!", "cannot tell": "?"}


def examine(
    name: str,
    options: RefereeOptions,
    study: Path | None,
    dimensions: tuple[Dimension, ...],
    scenes: int,
    *,
    as_json: bool,
    quiet: bool,
) -> int:
    """Examine a referee and print what was found; return the exit code: 0 usable, 1 not usable, 2 not reached."""
    from referee_calib.referee_health import examination

    referee = _referee(name, options, study)
    asked_about = dimensions or referee.rubric.dimensions
    most = examination.most_questions(len(asked_about), scenes)
    common.remark(f"Asking {name} up to {most} questions about drawn scenes.", quiet=quiet)
    try:
        with common.progress(most, "questions", quiet=quiet) as advance:
            found = examination.examine(referee, dimensions=asked_about, scenes=scenes, progress=advance)
    finally:
        referee.close()
    common.result(found.to_json(), _words(found), as_json=as_json)
    if not found.reached:
        return NOT_REACHED
    return USABLE if found.usable else NOT_USABLE


def _referee(name: str, options: RefereeOptions, study: Path | None) -> Referee:
    """Make the referee, without a cache: what is examined is the referee, not its memory."""
    from referee_calib.referee import make_referee
    from referee_calib.rubric import load

    if study is None:
        return make_referee(spec_of(name, options, None), load())
    from referee_calib.study import Study

    with Study.open(study) as opened:
        return make_referee(spec_of(name, options, study), opened.rubric, folder=study)


def _words(found: RefereeHealth) -> str:
    lines = [_line(one) for one in found.checks] if found.reached else []
    drawn = (
        f"Asked were {found.questions} questions about drawn scenes. Passing them says that a referee is plugged in "
        "right, not that it judges as people do; that is in the report."
    )
    said = "\n".join([*lines, found.verdict, *([drawn] if found.reached else [])])
    return "".join(c if c.isprintable() or c == "\n" else "·" for c in said)  # replies are quoted: no terminal codes


def _line(one: HealthCheck) -> str:
    line = f"{_MARKS[one.grade]} {one.key:<22} {one.says}"
    return f"{line}\n  {'':<22} → {one.do}" if one.do else line
