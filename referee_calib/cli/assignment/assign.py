"""``referee-calib assign``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common

if TYPE_CHECKING:
    from referee_calib.study import Study
    from referee_calib.study.settings import AssignmentSettings

ACTOR = "command line"


def _names(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    """Read ``"a, b"`` as names."""
    return None if value is None else tuple(filter(None, (one.strip() for one in value.split(","))))


@click.command(short_help="Decide who rates which claims.")
@common.study_argument
@click.option("--raters", callback=_names, metavar="NAME,NAME,…", help="Deal all now to these; else on demand.")
@click.option("--overlap", type=click.IntRange(1, 100), help="Ratings wanted for each claim.  [default: 2]")
@click.option("--batch", type=click.IntRange(min=0), help="Claims to release now; 0 for all.  [default: 0]")
@click.option("--strata", callback=_names, metavar="KIND,KIND,…", help="Draw by kind: referee level, overlap, ….")
@common.options("referee")
@click.option("--repeats", type=click.FloatRange(0, 0.5), help="Second looks for every first look.  [default: 0]")
@click.option("--distance", type=click.IntRange(min=1), help="Items before a second look.  [default: 20]")
@click.option("--lease", type=click.FloatRange(0.01, 10_000), help="Hours until a claim goes back.  [default: 24]")
@click.option("--per-rater", type=click.IntRange(min=0), help="Most claims for one rater.  [default: no limit]")
@click.option("--until-width", type=click.FloatRange(0, 2), help="Stop when people's interval is so narrow.")
@click.option("--statistic", type=click.Choice(["kappa", "alpha", "ac2"]), help="Whose interval.  [default: kappa]")
@click.option("--seed", type=click.IntRange(min=0), help="Same seed, same assignment.  [default: the first run's, 0]")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the raters' lists as CSV.")
@click.option("--dry-run", is_flag=True, help="Only show what would be given.")
@click.option("--status", is_flag=True, help="Show how far the work is, and change nothing.")
@click.option("--reclaim", metavar="NAME", help="Take back what a rater has not rated; 'expired' for lapsed leases.")
@click.option("--stop", "stops", is_flag=True, help="Hand out nothing more.")
@common.options("json")
def command(
    study: Path, dry_run: bool, status: bool, reclaim: str | None, stops: bool, as_json: bool, **given: Any
) -> None:
    """Decide who rates which claims: how many ratings each gets, from whom, and in which order.

    Claims are handed out on demand: whoever comes gets the claim most in need of them, so people may join and leave
    as they like. With --raters everything is dealt to known people at once, in balanced blocks. Run it again to
    release the next batch, or to want more ratings; what was rated stays and counts.

    \b
    Examples:
      referee-calib assign mystudy --overlap 2 --repeats 0.1
      referee-calib assign mystudy --overlap 2 --batch 60 --strata "referee level" --dry-run
      referee-calib assign mystudy --raters anna,bert,carl --out lists.csv
      referee-calib assign mystudy --until-width 0.2
      referee-calib assign mystudy --status
    """  # noqa: D301
    from referee_calib.cli.assignment import assign_tables
    from referee_calib.study import Study
    from referee_calib.study.assignment import coverage, stop
    from referee_calib.study.assignment import reclaim as take_back

    _refuse_mixed(status, reclaim, stops, dry_run)
    with Study.open(study) as opened:
        if status:
            found = coverage(opened)
            common.result(assign_tables.coverage_json(found), assign_tables.coverage_text(found), as_json=as_json)
        elif reclaim is not None:
            count = take_back(opened, None if reclaim == "expired" else reclaim, actor=ACTOR)
            text = f"{common.counted(count, 'claim')} went back and will be given to others."
            common.result({"reclaimed": count}, text, as_json=as_json)
        elif stops:
            count = stop(opened, actor=ACTOR, reason="asked for")
            text = f"Nothing more is handed out; {common.counted(count, 'open claim')} went back."
            common.result({"stopped": True, "reclaimed": count}, text, as_json=as_json)
        else:
            _assign(opened, dry_run, as_json, **given)


def _refuse_mixed(status: bool, reclaim: str | None, stops: bool, dry_run: bool) -> None:
    asked = [name for name, its in (("--status", status), ("--reclaim", reclaim is not None), ("--stop", stops)) if its]
    asked += ["--dry-run"] if dry_run and asked else []
    if len(asked) > 1:
        raise click.UsageError(f"{asked[0]} and {asked[1]} are two different things: give one of them")


def _settings(before: AssignmentSettings, given: dict[str, Any]) -> AssignmentSettings:
    """Return what ``study.toml`` says, with what was typed in its place."""
    from dataclasses import asdict

    from referee_calib.study.settings import AssignmentSettings, read_settings

    keys = {"lease": "lease_hours", "distance": "repeat_distance"}
    own = ("overlap", "batch", "strata", "repeats", "distance", "lease", "per_rater", "until_width", "statistic")
    typed = {keys.get(name, name): given[name] for name in own if given[name] is not None}
    return read_settings(AssignmentSettings, {**asdict(before), **typed}, "referee-calib assign")


def _assign(study: Study, dry_run: bool, as_json: bool, **given: Any) -> None:
    from referee_calib.cli.assignment import assign_tables
    from referee_calib.cli.assignment.assign_width import WidthCheck
    from referee_calib.errors import InputError
    from referee_calib.study.assignment import assign

    if given["out"] is not None and not given["raters"]:
        raise InputError(
            f"--out {given['out']}", "claims are handed out on demand, so there are no lists", "Add --raters"
        )
    settings = _settings(study.config.assignment, given)
    check = WidthCheck.of(study, settings) if settings.until_width else None
    if check is not None and check.reached:
        stopped = check.stop(study, dry_run=dry_run)
        common.result({**check.to_json(), "stopped": stopped}, check.text(), as_json=as_json)
        return
    run = assign(
        study, settings, seed=given["seed"], raters=given["raters"] or (), referee=given["referee"] or "",
        actor=ACTOR, dry_run=dry_run,
    )  # fmt: skip
    if given["out"] is not None:
        assign_tables.write_lists(given["out"], run)
    width = {"until_width": check.to_json()} if check else {}
    data = {**assign_tables.run_json(run), **width, "dry_run": dry_run}
    blocks = [check.text()] if check else []
    text = "\n\n".join([*blocks, assign_tables.run_text(study, run, dry_run=dry_run)])
    common.result(data, text, as_json=as_json)
