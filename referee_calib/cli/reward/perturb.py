"""``referee-calib perturb``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.reward import examination
from referee_calib.io.run_summary import PERTURB_RUN

if TYPE_CHECKING:
    from referee_calib.perturbation.harness.claims_for_people import PlannedRatings
    from referee_calib.perturbation.harness.perturbation_run import PerturbationSettings, PreparedRun
    from referee_calib.perturbation.reward_loader import NamedReward
    from referee_calib.study import Study

REWARDS = "semantic,iou,giou,diou,ciou,tiou,time-r1,open-o3-shipped,open-o3-meant,constant,whole-frame"


@click.command(short_help="Perturb true evidence, make it wrong, and see what rewards pay.")
@common.study_argument
@examination.options(REWARDS)
@click.option("--families", metavar="A,B,…", help="Only these perturbations, such as shift_x,grow,background.")
@click.option("--deltas", metavar="D,E,…", help="Magnitudes, in sizes of the object or lengths of the span.")
@click.option(
    "--tolerance",
    type=click.Choice(["assumed", "people", "charades", "activitynet"]),
    default="assumed",
    show_default=True,
    help="Whose overlap says what is small: assumed (0.88), the study's marks, or public spans.",
)
@click.option("--parquet", is_flag=True, help="Write the single values as Parquet instead of CSV; needs pyarrow.")
@click.option(
    "--for-people",
    type=click.IntRange(min=0),
    is_flag=False,
    flag_value=0,
    metavar="[N]",
    help="Write N claims for people to rate, or the fewest that decide H4; ask no reward.",
)
def command(study: Path, **given: Any) -> None:
    """Perturb true evidence step by step, make it wrong on purpose, and see what rewards pay for that.

    Results go to STUDY/perturb: summary.json, and every value in rows.csv. What a referee answered is kept, so that
    an interrupted or killed run goes on where it stopped. `referee-calib report` shows the result.

    \b
    Examples:
      referee-calib perturb mystudy
      referee-calib perturb mystudy --rewards semantic,iou,constant --families shift_x,grow,background --limit 50
      referee-calib perturb mystudy --referee openai --base-url http://localhost:8000/v1 --model Qwen/Qwen3-VL-8B
      referee-calib perturb mystudy --for-people
      referee-calib perturb mystudy --for-people 100
      referee-calib perturb mystudy --tolerance people
    """  # noqa: D301
    from referee_calib.perturbation.harness.perturbation_run import prepare_run
    from referee_calib.study import Study
    from referee_calib.study.process_lock import exclusive_lock

    settings = _settings(given)
    with Study.open(study) as opened:
        home = PERTURB_RUN.folder(opened.folder)
        home.mkdir(exist_ok=True)
        if given["for_people"] is not None:
            common.remark("drawing claims and simulating what they will show …", quiet=given["quiet"])
            common.result(*_for_people(opened, settings, given["for_people"] or None), as_json=given["as_json"])
            return
        rewards = _rewards(opened, given)
        with exclusive_lock(home / "lock", "perturbing"):
            common.remark("finding true evidence …", quiet=given["quiet"])
            prepared = prepare_run(opened, settings)
            summary = _run(opened, prepared, rewards, settings, given)
    common.result(brief(summary, home), text(summary, home), as_json=given["as_json"])


def _settings(given: Mapping[str, Any]) -> PerturbationSettings:
    from referee_calib.perturbation.harness.perturbation_run import PerturbationSettings

    return PerturbationSettings(
        families=examination.listed(given["families"]),
        deltas=_numbers(given["deltas"]),
        seed=given["seed"],
        n_resamples=given["resamples"],
        repeats=given["repeats"],
        limit=given["limit"],
        tolerance=given["tolerance"],
    )


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


def _rewards(study: Study, given: Mapping[str, Any]) -> list[NamedReward]:
    """Make the rewards; one that is only called with completions is given one claim at a time."""
    from referee_calib.exploits.single_claim_reward import OneByOne

    return [
        one if hasattr(one.reward, "judge") else replace(one, reward=OneByOne(one.reward, one.name))
        for one in examination.named_rewards(study, given)
    ]


def _run(
    study: Study,
    prepared: PreparedRun,
    rewards: Sequence[NamedReward],
    settings: PerturbationSettings,
    given: Mapping[str, Any],
) -> dict[str, Any]:
    from referee_calib.perturbation.harness.perturbation_run import pending_queries, query_rewards
    from referee_calib.perturbation.perturbation_summary import write_run

    def say(step: str) -> None:
        common.remark(f"{step} …", quiet=given["quiet"])

    pending = list(pending_queries(study, prepared, rewards, settings.repeats))
    costs = ((one.label, one, claims, f" And {again:,} repeats of true claims.") for one, claims, again in pending)
    examination.confirm_cost(costs, study.media, given)
    total = sum(len(claims) + again for _, claims, again in pending)
    with common.progress(total, "claims", quiet=given["quiet"]) as advance:
        results = query_rewards(study, prepared, rewards, settings, progress=advance, say=say)
    say("measuring")
    return write_run(study, prepared, results, rewards, settings, parquet=given["parquet"])


def _for_people(study: Study, settings: PerturbationSettings, count: int | None) -> tuple[dict[str, Any], str]:
    """Write perturbed claims that people can rate; see :mod:`referee_calib.perturbation.metrics.human_curve`."""
    from referee_calib.perturbation.harness.claims_for_people import plan_ratings, write
    from referee_calib.perturbation.harness.perturbation_run import prepare_run

    prepared = prepare_run(study, settings)
    planned = plan_ratings(study, prepared, count, settings.seed)
    path, written = write(study, planned, prepared, settings.seed)
    said = [f"{common.counted(written, 'claim')} for people: {path}", *map(_planned_text, planned)]
    said += [
        f"Next: referee-calib import {study.folder} {path}",
        "and after they are rated, type referee-calib perturb again: people's curve is drawn beside the rewards'.",
    ]
    rows = [
        {"on": one.on, "n_videos": one.n_videos, "rater_sd": one.rater_sd, "planned": asdict(one.power)}
        | {"needed": asdict(one.needed) if one.needed else None}
        for one in planned
    ]
    return {"claims": written, "file": str(path), "plans": rows}, "\n".join(said)


def _planned_text(planned: PlannedRatings) -> str:
    """Say how many ratings decide H4, and what those that are planned reach."""
    power, needed = planned.power, planned.needed
    head = f"  {planned.on}: {power.ratings} ratings (one person, one claim each) in {planned.n_videos} videos"
    reach = (
        f"find tolerant people nearer to a tolerant reward than to overlap in {power.tolerant:.0%} of simulated "
        f"studies, strict people nearer to a strict one in {power.strict:.0%}, and people who pay as overlap does "
        f"nearer to either in {power.false_nearer:.1%}"
    )
    if needed is None:
        return f"{head} {reach}. No number of ratings of this study's claims decides H4 (80%): it needs more videos."
    enough = f"H4 is decided (80%) by {needed.ratings} ratings"
    several = f", {needed.ratings // needed.claims} of each claim" if needed.ratings > needed.claims else ""
    return f"{head} {reach}. {enough}{several}."


def brief(summary: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """Return the little that is printed with ``--json``; everything else is in summary.json."""
    return {
        "summary": str(home / "summary.json"),
        "verdicts": [
            {key: verdict[key] for key in ("on", "reward", "baseline", "wording", "reason")}
            for about in summary["about"]
            for verdict in about["verdicts"]
        ],
        "people": [{key: about[key] for key in ("on", "people")} for about in summary["about"] if about["people"]],
        "missing": summary["missing"],
        "failed": sum(row["claims"] for row in summary["failures"]),
    }


def text(summary: Mapping[str, Any], home: Path) -> str:
    """Return the result in words."""
    from referee_calib.report import people_sentences, tolerance_lines

    labels = {reward["name"]: reward["label"] for reward in summary["rewards"]}
    lines = []
    for about in summary["about"]:
        lines.append(f"{about['on']}: {about['n_claims']} true claims in {about['n_videos']} videos")
        lines += tolerance_lines(about, labels)
        for verdict in about["verdicts"]:
            reward, baseline = labels[verdict["reward"]], labels[verdict["baseline"]]
            claim = f"  {reward}, less sensitive to small perturbations than {baseline}: {verdict['wording']}"
            lines.append(claim + (f" ({verdict['reason']})" if verdict["reason"] else ""))
    lines += [f"{said['text']} {said['basis']}".strip() for said in people_sentences(summary)]
    failed = sum(row["claims"] for row in summary["failures"])
    if failed:
        lines.append(f"{failed:,} perturbed claims could not be judged; the reasons are in the summary.")
    return examination.report_files(lines, summary["missing"], home)
