"""``referee-calib perturb``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.referee.referee_options import referee_options

if TYPE_CHECKING:
    from referee_calib.perturbation.harness.perturbation_run import Prepared, Settings
    from referee_calib.perturbation.harness.rewards_by_name import Named
    from referee_calib.study import Study

REWARDS = "semantic,iou,giou,diou,ciou,tiou,time-r1,open-o3-shipped,open-o3-meant,constant,whole-frame"


@click.command(short_help="Move true evidence, make it wrong, and see what rewards pay.")
@common.study_argument
@click.option(
    "--rewards", "names", metavar="A,B,…", default=REWARDS, show_default=True, help="Rewards; also module:attribute."
)
@click.option("--referee", "referees", metavar="NAME", multiple=True, help="Of the semantic reward; pixels by default.")
@referee_options
@click.option("--families", metavar="A,B,…", help="Only these perturbations, such as shift_x,grow,background.")
@click.option("--deltas", metavar="D,E,…", help="Magnitudes, in sizes of the object or lengths of the span.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many true claims, spread over the videos.")
@click.option("--repeats", type=click.IntRange(min=1), default=3, show_default=True, help="Of every true claim.")
@click.option("--resamples", type=click.IntRange(min=100), default=2000, show_default=True, help="Of the videos.")
@click.option("--parquet", is_flag=True, help="Write the single values as Parquet instead of CSV; needs pyarrow.")
@click.option("--for-people", type=click.IntRange(min=1), metavar="N", help="Write N perturbed claims; ask no reward.")
@click.option("--yes", is_flag=True, help="Do not ask whether to go on when calls cost money.")
@common.options("seed", "json", "quiet")
def command(study: Path, **given: Any) -> None:
    """Move true evidence step by step, make it wrong on purpose, and see what rewards pay for that.

    Results go to STUDY/perturb: summary.json, and every value in rows.csv. What a referee answered is kept, so that
    an interrupted or killed run goes on where it stopped. `referee-calib report` shows the result.

    \b
    Examples:
      referee-calib perturb mystudy
      referee-calib perturb mystudy --rewards semantic,iou,constant --families shift_x,grow,background --limit 50
      referee-calib perturb mystudy --referee openai --base-url http://localhost:8000/v1 --model Qwen/Qwen3-VL-8B
      referee-calib perturb mystudy --for-people 100
    """  # noqa: D301
    from referee_calib.perturbation.harness.perturbation_run import HOME, prepare
    from referee_calib.study import Study
    from referee_calib.study.process_lock import held

    settings = _settings(given)
    with Study.open(study) as opened:
        home = opened.folder / HOME
        home.mkdir(exist_ok=True)
        if given["for_people"]:
            common.result(*_for_people(opened, settings, given["for_people"]), as_json=given["as_json"])
            return
        rewards = _rewards(opened, given)
        with held(home / "lock", "perturbing"):
            common.remark("finding true evidence …", quiet=given["quiet"])
            prepared = prepare(opened, settings)
            _agree(opened, prepared, rewards, settings, given)
            summary = _run(opened, prepared, rewards, settings, given)
    common.result(brief(summary, home), text(summary, home), as_json=given["as_json"])


def _settings(given: Mapping[str, Any]) -> Settings:
    from referee_calib.perturbation.harness.perturbation_run import Settings

    return Settings(
        families=_listed(given["families"]),
        deltas=_numbers(given["deltas"]),
        seed=given["seed"],
        n_resamples=given["resamples"],
        repeats=given["repeats"],
        limit=given["limit"],
    )


def _listed(text: str | None) -> tuple[str, ...] | None:
    return None if text is None else tuple(part.strip() for part in text.split(",") if part.strip())


def _numbers(text: str | None) -> tuple[float, ...] | None:
    from referee_calib.errors import InputError

    if text is None:
        return None
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError as error:
        why = "they are numbers between commas"
        raise InputError(f"--deltas {text!r:.80}", why, "Type: --deltas 0.05,0.1,0.3") from error
    if not found or not all(0 <= one < float("inf") for one in found):
        raise InputError(f"--deltas {text!r:.80}", "a magnitude is a finite number from 0")
    return found


def _rewards(study: Study, given: Mapping[str, Any]) -> list[Named]:
    """Make the rewards; a referee is made only when the semantic reward is among them."""
    from referee_calib.cli.referee.referee_options import referee_of
    from referee_calib.perturbation.harness.rewards_by_name import rewards

    options = given["options"]
    names = given["referees"] or ("pixels",)
    makers = [(name, lambda name=name: referee_of(name, options, study.folder, study.rubric)) for name in names]
    asked = _listed(given["names"]) or ()
    own = [name for name in asked if ":" not in name]
    found = rewards(own, study.media, makers) if own or not asked else []
    return [*found, *(_others(name) for name in asked if ":" in name)]


def _others(name: str) -> Named:
    """Load somebody else's reward, ``module:attribute``."""
    from referee_calib.exploits.reward_loader import load, reward_of
    from referee_calib.exploits.single_claim_reward import OneByOne
    from referee_calib.perturbation.harness.rewards_by_name import Named

    made = reward_of(load(name))
    return Named(name, name, made if hasattr(made, "judge") else OneByOne(made, name))


def _agree(
    study: Study, prepared: Prepared, rewards: Sequence[Named], settings: Settings, given: Mapping[str, Any]
) -> None:
    """Say what a referee whose replies are billed will be asked, and ask whether to go on when that has a price."""
    import sys

    from referee_calib.perturbation.harness.perturbation_run import questions
    from referee_calib.referee.cost_estimate import estimate_cost
    from referee_calib.referee.question import Ask

    priced = False
    for one, claims, again in questions(study, prepared, rewards, settings.repeats):
        referee = getattr(one.reward, "_judge", None)
        if referee is None or not referee.backend.cacheable:
            continue
        asks = [Ask(claim, dimension) for claim in claims for dimension in claim.dimensions]
        prices = referee.spec.prices if referee.spec is not None else None
        found = estimate_cost(referee, asks, study.media, prices=prices)
        common.remark(f"{one.label}: {found} And {again:,} repeats of true claims.", quiet=given["quiet"])
        priced = priced or found.money is not None
    if priced and not given["yes"] and sys.stdin.isatty() and not click.confirm("Go on?", err=True):
        raise click.Abort


def _run(
    study: Study, prepared: Prepared, rewards: Sequence[Named], settings: Settings, given: Mapping[str, Any]
) -> dict[str, Any]:
    from referee_calib.perturbation.harness.perturbation_run import HOME, ask, questions
    from referee_calib.perturbation.perturbation_files import write_rows, write_summary
    from referee_calib.perturbation.perturbation_summary import summary
    from referee_calib.perturbation.robustness_thresholds import limits

    def say(step: str) -> None:
        common.remark(f"{step} …", quiet=given["quiet"])

    todo = questions(study, prepared, rewards, settings.repeats)
    total = sum(len(claims) + again for _, claims, again in todo)
    with common.progress(total, "claims", quiet=given["quiet"]) as advance:
        asked = ask(study, prepared, rewards, settings, progress=advance, say=say)
    say("measuring")
    found = summary(study.config.name, prepared, asked, rewards, settings, limits(study.config.thresholds))
    home = study.folder / HOME
    write_rows(home, asked.tables.values(), parquet=given["parquet"])
    write_summary(home, found)
    return found


def _for_people(study: Study, settings: Settings, count: int) -> tuple[dict[str, Any], str]:
    """Write perturbed claims that people can rate; see :mod:`referee_calib.perturbation.metrics.human_curve`."""
    from referee_calib.perturbation.harness.claims_for_people import write
    from referee_calib.perturbation.harness.perturbation_run import prepare

    path, written = write(study, prepare(study, settings), count, settings.seed)
    said = (
        f"{common.counted(written, 'claim')} for people: {path}\n"
        f"Next: referee-calib import {study.folder} {path}\n"
        "and after they are rated, type referee-calib perturb again: people's curve is drawn beside the rewards'."
    )
    return {"claims": written, "file": str(path)}, said


def brief(summary: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """Return the little that is printed with ``--json``; everything else is in summary.json."""
    return {
        "summary": str(home / "summary.json"),
        "verdicts": [
            {key: verdict[key] for key in ("on", "reward", "baseline", "wording", "reason")}
            for about in summary["about"]
            for verdict in about["verdicts"]
        ],
        "missing": summary["missing"],
        "failed": sum(row["claims"] for row in summary["failures"]),
    }


def text(summary: Mapping[str, Any], home: Path) -> str:
    """Return the result in words."""
    labels = {reward["name"]: reward["label"] for reward in summary["rewards"]}
    lines = []
    for about in summary["about"]:
        lines.append(f"{about['on']}: {about['n_claims']} true claims in {about['n_videos']} videos")
        for verdict in about["verdicts"]:
            said = f"  {labels[verdict['reward']]}, less sensitive to small slips than {labels[verdict['baseline']]}: "
            lines.append(said + verdict["wording"] + (f" ({verdict['reason']})" if verdict["reason"] else ""))
    failed = sum(row["claims"] for row in summary["failures"])
    if failed:
        lines.append(f"{failed:,} perturbed claims could not be judged; the reasons are in the summary.")
    lines += [f"missing: {row['what']}: {row['why']}" for row in summary["missing"]]
    return "\n".join([*lines, f"All numbers: {home / 'summary.json'}", f"Every value: {home / 'rows.csv'}"])
