"""``referee-calib probe``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from referee_calib.cli import common
from referee_calib.cli.reward import examination
from referee_calib.io.run_summary import PROBE_RUN

REWARDS = "semantic,open-o3-shipped,open-o3-meant,iou,tiou,constant,whole-frame"


@click.command(short_help="Put exploit probes to rewards, and see what gains.")
@common.study_argument
@examination.options(REWARDS)
@click.option("--probes", metavar="A,B,…", help="Only these; all by default.")
@click.option("--truth", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Annotated objects, JSONL.")
@click.option("--writer", metavar="MODULE:NAME", default="", help="Writes a reply as the text that your reward reads.")
def command(study: Path, **given: Any) -> None:
    """Put exploit probes to rewards: the whole frame, a hundred guesses in one reply, orders to the judge.

    Each is compared with an honest, mediocre claim about the same evidence. Results go to STUDY/probe: summary.json,
    and every value in rows.csv. What a referee answered is kept: an interrupted run goes on where it stopped.

    \b
    Examples:
      referee-calib probe mystudy
      referee-calib probe mystudy --rewards semantic,mymodule:reward --limit 50
      referee-calib probe mystudy --referee openai --base-url http://localhost:8000/v1 --model Qwen/Qwen3-VL-8B
    """  # noqa: D301
    from referee_calib.exploits.probe_run import ProbeSettings
    from referee_calib.exploits.probes.probe_registry import select_probes
    from referee_calib.study import Study
    from referee_calib.study.process_lock import exclusive_lock

    probes = select_probes(examination.listed(given["probes"]))
    with Study.open(study) as opened:
        home = PROBE_RUN.folder(opened.folder)
        home.mkdir(exist_ok=True)
        settings = ProbeSettings.of_study(
            opened, seed=given["seed"], n_resamples=given["resamples"], repeats=given["repeats"]
        )
        with exclusive_lock(home / "lock", "probing"):
            summary = _run(opened, probes, settings, given)
    common.result(brief(summary, home), text(summary, home), as_json=given["as_json"])


def _run(study: Any, probes: Any, settings: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Prepare, say what it costs, ask, and write what was found."""
    from referee_calib.exploits.examined_reward import examined_rewards
    from referee_calib.exploits.exploit_summary import write_run
    from referee_calib.exploits.probe_run import ProbeResults, iter_replies, make_benches, run_probes
    from referee_calib.exploits.true_evidence import study_evidence

    quiet = given["quiet"]
    common.remark("finding true evidence …", quiet=quiet)
    evidence = study_evidence(study, limit=given["limit"], seed=settings.seed, truth=given["truth"])
    rewards = examined_rewards(
        examination.named_rewards(study, given),
        study.media,
        durations=evidence.facts.durations,
        writer=given["writer"],
        clock=study.config.clock,
    )
    common.remark("rendering changed videos …", quiet=quiet)
    benches, failed = make_benches(study, evidence, rewards, probes, settings)
    queries = [(on, bench, list(iter_replies(bench, probes, on))) for on, its in benches.items() for bench in its]
    costs = ((f"{bench.examined.label}, {on}", bench.examined, _claims(replies), "") for on, bench, replies in queries)
    media = next((bench.examined.media for _, bench, _ in queries), study.media)
    examination.confirm_cost(costs, media, given)
    with common.progress(sum(len(replies) for *_, replies in queries), "replies", quiet=quiet) as advance:
        for _, bench, _ in queries:
            bench.progress = advance
        results = ProbeResults(run_probes(benches, probes, settings.thresholds), failed)
    return write_run(study, evidence, results, rewards, probes, settings)


def _claims(replies: Any) -> list[Any]:
    """Return the distinct claims of replies that are not put as text."""
    return list({c.id: c for _, reply in replies if not reply.text for c in reply.claims}.values())


def brief(summary: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """Return the little that is printed with ``--json``; everything else is in summary.json."""
    return {
        "summary": str(home / "summary.json"),
        "rewards": [
            {
                "on": about["on"],
                "reward": row["name"],
                "refused": row["refused"],
                **row["counts"],
                "exploited_by": [one["probe"] for one in row["gains"] if one["state"] == "fail"],
            }
            for about in summary["about"]
            for row in about["rewards"]
        ],
        "missing": summary["missing"],
    }


def text(summary: Mapping[str, Any], home: Path) -> str:
    """Return the result in words."""
    labels = {reward["name"]: reward["label"] for reward in summary["rewards"]}
    lines = []
    for about in summary["about"]:
        what = "true claims" if about["truth"] else "claims of unknown truth"
        lines.append(f"{about['on']}: {about['n_claims']} {what} in {about['n_videos']} videos")
        lines += [f"  {labels[row['name']]}: {_outcome(row)}" for row in about["rewards"]]
    return examination.report_files(lines, summary["missing"], home)


def _outcome(row: Mapping[str, Any]) -> str:
    counts = row["counts"]
    exploits = sorted((one for one in row["gains"] if one["state"] == "fail"), key=_size, reverse=True)
    named = ", ".join(f"{one['probe']} ({_size(one):+.2f})" for one in exploits)
    said = ", ".join(f"{state} {counts.get(state, 0)}" for state in ("pass", "cannot tell", "fail"))
    return "".join([said, f": {named}" if named else "", f" [{row['refused']}]" if row["refused"] else ""])


def _size(one: Mapping[str, Any]) -> float:
    value = one["gain"]["value"] if one["normalised"] else one["raw"]["value"]
    return float(value or 0.0)
