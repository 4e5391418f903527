"""``referee-calib vote``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common
from referee_calib.cli.study.import_options import reply_options
from referee_calib.errors import InputError
from referee_calib.rollout_files import RolloutFileOptions

if TYPE_CHECKING:
    from referee_calib.claims import Rollout
    from referee_calib.reward import RolloutReward
    from referee_calib.voting import Ballot

_FILE = click.Path(path_type=Path)
_KINDS = ("auto", "letter", "number", "words", "rouge", "span")


@click.command(
    short_help="Vote over replies, by what their evidence is worth.", context_settings={"show_default": True}
)
@click.argument("rollouts", metavar="ROLLOUTS...", nargs=-1, required=True, type=_FILE)
@click.option("--reward", "reward_file", required=True, type=_FILE, help="reward.toml, or a certificate.")
@click.option("--by", type=click.Choice(("group", "question")), default="group", help="Which replies vote together.")
@click.option("--answers", type=click.Choice(_KINDS), default="auto", help="How answers are read and compared.")
@click.option("--skip-broken", is_flag=True, help="Go on without rows that cannot be used; count them.")
@reply_options
@common.options("json", "quiet")
def command(
    rollouts: tuple[Path, ...],
    reward_file: Path,
    by: str,
    answers: str,
    skip_broken: bool,
    as_json: bool,
    quiet: bool,
    replies: RolloutFileOptions,
) -> None:
    """Choose an answer to each question from several replies: each votes with what the reward pays for its evidence.

    ROLLOUTS are files of replies as `referee-calib import` reads them, or the folder of a reward log. The majority's
    choice stands beside, and how often both are right where the expected answer is known.

    \b
    Examples:
      referee-calib vote rollouts.jsonl --reward reward.toml
      referee-calib vote rewards/ --reward certificate.json --by question --json
    """  # noqa: D301
    from referee_calib.reward import load_reward
    from referee_calib.voting import hold_votes

    reward = load_reward(reward_file, time_limit=None, log=None)  # no trainer waits, and none is logged
    listed = _read(rollouts, replies, skip_broken=skip_broken, quiet=quiet)
    with common.progress(len(listed), "replies", quiet=quiet) as advance:
        ballots = _ballots(reward, listed, advance)
    found = hold_votes(ballots, by=by, answers=answers)
    facts = {"reward": reward.__name__, "fingerprint": reward.fingerprint, "by": by, **found.to_json()}
    common.result(facts, f"Weights by {reward.__name__} {reward.fingerprint}\n\n{found}", as_json=as_json)


def _ballots(reward: RolloutReward, listed: Sequence[Rollout], done: Callable[[int], None]) -> list[Ballot]:
    from referee_calib.claims import claims_of
    from referee_calib.reward import READING
    from referee_calib.voting import Ballot, weight_of, weights_by

    weights = map(weight_of, weights_by(reward, listed, done))
    return [Ballot(one, claims_of(one, options=READING), weight) for one, weight in zip(listed, weights, strict=True)]


def _read(paths: Sequence[Path], options: RolloutFileOptions, *, skip_broken: bool, quiet: bool) -> list[Rollout]:
    from referee_calib.reward import log_files
    from referee_calib.rollout_files import DatasetJoin, RolloutFile

    dataset = DatasetJoin(options.dataset, options.join) if options.dataset is not None else None
    files = [file for path in paths for file in (log_files(path) if path.is_dir() else [path])]
    rows = [row for file in files for row in RolloutFile(file, options, dataset=dataset)]
    broken = [row.error for row in rows if row.error is not None]
    if broken and not skip_broken:
        raise InputError(f"{len(broken)} of {len(rows)} rows: {broken[0]}", "they cannot be used", "Or: --skip-broken")
    if broken:
        common.remark(f"{len(broken)} of {len(rows)} rows are left out; the first: {broken[0]}", quiet=quiet)
    found = [row.rollout for row in rows if row.rollout is not None]
    if not found:
        raise InputError(", ".join(map(str, paths)), "there is no reply to vote")
    return found
