"""``referee-calib probe``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.referee.referee_options import referee_options

if TYPE_CHECKING:
    from referee_calib.exploits.probe_bench import Bench
    from referee_calib.exploits.probes.exploit_probe import Probe
    from referee_calib.exploits.reward_payments import Payer
    from referee_calib.study import Study

REWARDS = "semantic,open-o3-shipped,open-o3-meant,iou,tiou,constant,whole-frame"


@click.command(short_help="Try to be paid for nothing, and see which rewards pay.")
@common.study_argument
@click.option("--rewards", "names", metavar="A,B,…", default=REWARDS, show_default=True, help="Or module:attribute.")
@click.option("--referee", "referees", metavar="NAME", multiple=True, help="Of the semantic reward; pixels by default.")
@referee_options
@click.option("--probes", metavar="A,B,…", help="Only these; all by default.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many true claims, spread over the videos.")
@click.option("--truth", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Annotated objects, JSONL.")
@click.option("--writer", metavar="MODULE:NAME", default="", help="Writes a reply as the text that your reward reads.")
@click.option("--repeats", type=click.IntRange(min=1), default=3, show_default=True, help="Of every true claim.")
@click.option("--resamples", type=click.IntRange(min=100), default=2000, show_default=True, help="Of the videos.")
@click.option("--yes", is_flag=True, help="Do not ask whether to go on when calls cost money.")
@common.options("seed", "json", "quiet")
def command(study: Path, **given: Any) -> None:
    """Put replies that try to be paid for nothing to rewards: the whole frame, a hundred shots, orders to the judge.

    Each is compared with an honest, mediocre claim about the same evidence. Results go to STUDY/probe: summary.json,
    and every value in rows.csv. What a referee answered is kept: an interrupted run goes on where it stopped.

    \b
    Examples:
      referee-calib probe mystudy
      referee-calib probe mystudy --rewards semantic,mymodule:reward --limit 50
      referee-calib probe mystudy --referee openai --base-url http://localhost:8000/v1 --model Qwen/Qwen3-VL-8B
    """  # noqa: D301
    from referee_calib.exploits.exploit_summary import rows, summary
    from referee_calib.exploits.gain_thresholds import limits
    from referee_calib.exploits.probe_run import HOME, Settings
    from referee_calib.exploits.probes.probe_registry import chosen
    from referee_calib.study import Study
    from referee_calib.study.process_lock import held

    probes = chosen(_listed(given["probes"]))
    with Study.open(study) as opened:
        home = opened.folder / HOME
        home.mkdir(exist_ok=True)
        settings = Settings(
            seed=given["seed"],
            n_resamples=given["resamples"],
            repeats=given["repeats"],
            limits=limits(opened.config.thresholds),
        )
        with held(home / "lock", "probing"):
            ground, payers, asked = _asked(opened, probes, settings, given)
            found = summary(opened.config.name, ground, asked, payers, probes, settings)
            _write(home, found, rows(asked.found))
    common.result(brief(found, home), text(found, home), as_json=given["as_json"])


def _listed(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",") if part.strip()]


def _asked(study: Study, probes: Sequence[Probe], settings: Any, given: Mapping[str, Any]) -> tuple[Any, ...]:
    """Prepare, say what it costs, and ask."""
    from referee_calib.exploits.probe_run import Asked, ask, benches, replies_of
    from referee_calib.exploits.reference_evidence import ground

    quiet = given["quiet"]
    common.remark("finding true evidence …", quiet=quiet)
    found = ground(study, limit=given["limit"], seed=settings.seed, truth=given["truth"])
    payers = _payers(study, found.facts.durations, given)
    common.remark("rendering changed videos …", quiet=quiet)
    made, failed = benches(study, found, payers, probes, settings)
    total = sum(sum(1 for _ in replies_of(bench, probes, on)) for on, its in made.items() for bench in its)
    _agree(study, made, probes, given)
    with common.progress(total, "replies", quiet=quiet) as advance:
        for its in made.values():
            for bench in its:
                bench.progress = advance
        asked = Asked(ask(made, probes, settings.limits), failed)
    return found, payers, asked


def _payers(study: Study, durations: Mapping[str, float], given: Mapping[str, Any]) -> list[Payer]:
    from referee_calib.cli.referee.referee_options import referee_of
    from referee_calib.exploits.reward_loader import payers

    options = given["options"]
    names = given["referees"] or ("pixels",)
    makers = [(name, lambda name=name: referee_of(name, options, study.folder, study.rubric)) for name in names]
    return payers(_listed(given["names"]) or [], study.media, makers, durations=durations, writer=given["writer"])


def _agree(
    study: Study, made: Mapping[Any, Sequence[Bench]], probes: Sequence[Probe], given: Mapping[str, Any]
) -> None:
    """Say what a referee whose replies are billed will be asked, and ask whether to go on when that has a price."""
    import sys

    from referee_calib.exploits.probe_run import replies_of
    from referee_calib.referee.cost_estimate import estimate_cost
    from referee_calib.referee.question import Ask

    priced = False
    for on, its in made.items():
        for bench in its:
            referee = getattr(bench.payer.reward, "_judge", None)
            if referee is None or not referee.backend.cacheable:
                continue
            claims = {c.id: c for _, reply in replies_of(bench, probes, on) if not reply.text for c in reply.claims}
            asks = [Ask(claim, dimension) for claim in claims.values() for dimension in claim.dimensions]
            prices = referee.spec.prices if referee.spec is not None else None
            found = estimate_cost(referee, asks, bench.payer.media, prices=prices)
            common.remark(f"{bench.payer.label}, {on}: {found}", quiet=given["quiet"])
            priced = priced or found.money is not None
    if priced and not given["yes"] and sys.stdin.isatty() and not click.confirm("Go on?", err=True):
        raise click.Abort


def _write(home: Path, found: Mapping[str, Any], rows: Any) -> None:
    from referee_calib.exploits.exploit_files import write_rows, write_summary

    write_rows(home, rows)
    write_summary(home, found)


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
                "falls_to": [one["probe"] for one in row["gains"] if one["state"] == "fail"],
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
        lines += [f"  {labels[row['name']]}: {_said(row)}" for row in about["rewards"]]
    lines += [f"missing: {row['what']}: {row['why']}" for row in summary["missing"]]
    return "\n".join([*lines, f"All numbers: {home / 'summary.json'}", f"Every value: {home / 'rows.csv'}"])


def _said(row: Mapping[str, Any]) -> str:
    counts = row["counts"]
    hits = sorted((one for one in row["gains"] if one["state"] == "fail"), key=_size, reverse=True)
    falls = ", ".join(f"{one['probe']} ({_size(one):+.2f})" for one in hits)
    said = f"stands {counts.get('pass', 0)}, open {counts.get('cannot tell', 0)}, falls to {counts.get('fail', 0)}"
    return "".join([said, f": {falls}" if falls else "", f" [{row['refused']}]" if row["refused"] else ""])


def _size(one: Mapping[str, Any]) -> float:
    value = one["gain"]["value"] if one["normalised"] else one["raw"]["value"]
    return float(value or 0.0)
