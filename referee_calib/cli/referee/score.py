"""``referee-calib score``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from referee_calib.cli import common
from referee_calib.cli.referee.referee_options import RefereeOptions, referee_options
from referee_calib.records import DIMENSIONS, Dimension

if TYPE_CHECKING:
    from referee_calib.study import Study
    from referee_calib.study.referee_scoring import ScoringSelection


@click.command(short_help="Let a referee score the claims.")
@common.study_argument
@click.option(
    "--referee",
    "names",
    metavar="NAME",
    multiple=True,
    default=("pixels",),
    show_default=True,
    help="Which referee judges; repeat it to compare several on the same claims.",
)
@referee_options
@click.option("--dimension", "dimensions", multiple=True, type=click.Choice(DIMENSIONS), help="Only this one.")
@click.option("--limit", type=click.IntRange(min=1), help="Judge at most this many claims in this run.")
@click.option("--sampled", is_flag=True, help="Only the claims that people rate.")
@click.option(
    "--samples",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="M",
    help="Score repeats 0 to M-1: retest noise.",
)
@click.option("--retry-failed", is_flag=True, help="Ask again where the referee failed before.")
@click.option(
    "--dry-run", type=click.Path(path_type=Path), metavar="DIR", help="Write the first questions; ask nobody."
)
@click.option("--yes", is_flag=True, help="Do not ask whether to go on when calls cost money.")
@click.option(
    "--ray",
    multiple=True,
    metavar="KEY=VALUE",
    help="Run in Ray actors: workers=8, gpus=1, batch=256, address=auto; for a file of claims media=DIR, out=DIR.",
)
@common.options("json", "quiet")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    study: Path,
    names: tuple[str, ...],
    options: RefereeOptions,
    dimensions: tuple[Dimension, ...],
    limit: int | None,
    sampled: bool,
    samples: int,
    retry_failed: bool,
    dry_run: Path | None,
    yes: bool,
    ray: tuple[str, ...],
    as_json: bool,
    quiet: bool,
) -> None:
    """Let a referee score the claims. Interrupted or killed, the same command goes on where it stopped.

    NAME is pixels, openai, vllm or transformers with --model, or a referee of STUDY/referees.toml.

    \b
    Examples:
      referee-calib score mystudy --referee pixels --sampled
      referee-calib score mystudy --referee openai --base-url http://localhost:8000/v1 --model Qwen/Qwen3-VL-8B
      referee-calib score mystudy --referee qwen --samples 3 --limit 50
      referee-calib score mystudy --referee qwen --dry-run look/
      referee-calib score mystudy --referee qwen --referee internvl
      referee-calib score claims.parquet --ray workers=8 --ray media=videos/ --ray out=scores/ --referee openai …
    """  # noqa: D301
    from referee_calib.cli.interrupt import stoppable
    from referee_calib.cli.referee import score_costs, score_results
    from referee_calib.study import Study, referee_scoring

    choice = referee_scoring.ScoringSelection(tuple(range(samples)), dimensions, sampled, retry_failed, limit)
    if ray:
        from referee_calib.cli.referee import score_ray

        if len(names) > 1 or dry_run:
            raise click.UsageError(f"{'--dry-run' if dry_run else 'more than one --referee'} is not for --ray")
        score_ray.score(study, names[0], options, choice, ray, yes=yes, as_json=as_json, quiet=quiet)
        return
    with Study.open(study) as opened:
        if dry_run:
            _write_first_questions(opened, names, options, choice, dry_run, as_json=as_json)
            return
        referees = score_costs.referees_to_ask(opened, names, options, quiet=quiet)
        costs = [score_costs.expected(opened, referee, choice, quiet=quiet) for referee in referees]
        score_costs.confirm(ctx, costs, yes=yes)
        results = []
        with stoppable(quiet=quiet) as stop:
            for name, referee, cost in zip(names, referees, costs, strict=True):
                with score_results.progress(opened, referee, choice, quiet=quiet) as (advance, watch):
                    done = referee_scoring.run(opened, referee, choice, progress=advance, watch=watch, stop=stop)
                results.append(score_results.result_of(opened, referee, choice, done, cost))
                if score_results.in_vain(done.scores, done.failed):
                    results[-1]["doctor"] = score_results.doctor_command(opened.folder, name, options)
                if stop.is_set():
                    break
        score_results.show(opened.folder, results, several=len(referees) > 1, as_json=as_json)
    if any("doctor" in one for one in results):
        ctx.exit(2)


def _write_first_questions(
    study: Study,
    names: tuple[str, ...],
    options: RefereeOptions,
    choice: ScoringSelection,
    folder: Path,
    *,
    as_json: bool,
) -> None:
    """Write the first questions as files; nobody is asked, not even for a referee's fingerprint."""
    from referee_calib.cli.referee.referee_options import referee_of
    from referee_calib.referee import asks_about
    from referee_calib.referee.dry_run import MOST, write_first

    claims = study.claims(sampled=choice.only_sampled)[: choice.limit or MOST]
    wanted = list(asks_about(claims, choice.dimensions or study.rubric.dimensions))
    written: list[Path] = []
    for name in names:
        referee = referee_of(name, options, study.folder, study.rubric, study.config.clock, offline=True)
        into = folder if len(names) == 1 else folder / name.replace("/", "_").replace(":", "_")
        written += write_first(referee, wanted, study.media, into, most=len(wanted) if choice.limit else MOST)
    text = f"Wrote {common.counted(len(written), 'question')} to {folder}; nobody was asked."
    common.result({"folders": [str(one) for one in written]}, text, as_json=as_json)
