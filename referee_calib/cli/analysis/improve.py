"""``referee-calib improve``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common

if TYPE_CHECKING:
    from referee_calib.study import Study


@click.command(short_help="Show what people think of the rollouts that a reward prefers.")
@common.study_argument
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the figures, as SVG.")
@common.options("referee", "json", "quiet")
def command(study: Path, out: Path | None, referee: str | None, as_json: bool, quiet: bool) -> None:
    """Show what people think of the rollouts that a reward prefers, within groups on one question.

    Best of n for every n, exponential tilt, rank agreement, signs of advantages and ties: for the referee, for overlap,
    Open-o3-Video and a constant, and for each person as the reward, judged by the others. Stored scores are used;
    nobody is asked. A report has the same as a section.

    \b
    Examples:
      referee-calib improve mystudy
      referee-calib improve mystudy --referee 3fa9c2d4 --out figures/
      referee-calib improve mystudy --json
    """  # noqa: D301
    from referee_calib.analysis import improvement_of_study
    from referee_calib.report import improvement_document, improvement_text, write_improvement_figures
    from referee_calib.study import Study

    with Study.open(study) as opened:
        common.remark("paying every rollout …", quiet=quiet)
        found = improvement_of_study(opened, referee)
        simulated, who = _rated_by(opened)
    item = improvement_document(found, who)
    if out is not None:
        for path in write_improvement_figures(item, out, simulated=simulated):
            common.remark(f"wrote {path}", quiet=quiet)
    common.result(dict(item), improvement_text(item), as_json=as_json)


def _rated_by(study: Study) -> tuple[bool, str]:
    """Tell whether a program made ratings, and who rated, in words."""
    simulated = {rating.simulated for rating in study.ratings()}
    return True in simulated, "simulated raters" if simulated == {True} else "people"
