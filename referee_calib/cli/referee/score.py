"""``referee-calib score``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from referee_calib.cli import common
from referee_calib.cli.referee.ray_options import ray_options, taken
from referee_calib.cli.referee.referee_options import NAMES, referee_options
from referee_calib.records import DIMENSIONS


@click.command(short_help="Let a referee score the claims.")
@common.study_argument
@click.argument("others", metavar="", nargs=-1)
@click.option("--referee", "name", metavar="NAME", default="pixels", show_default=True, help="Which referee judges.")
@referee_options
@click.option("--dimension", "dimensions", multiple=True, type=click.Choice(DIMENSIONS), help="Only this one.")
@click.option("--limit", type=click.IntRange(min=1), help="ScoringActor at most this many claims in this run.")
@click.option("--sampled", is_flag=True, help="Only the claims that people rate.")
@click.option("--sample", type=click.IntRange(min=0), help="Number of the one repeat to score; 0 by default.")
@click.option("--samples", type=click.IntRange(min=1), metavar="M", help="Score repeats 0 to M-1: retest noise.")
@click.option("--retry-failed", is_flag=True, help="Ask again where the referee failed before.")
@click.option("--compare", metavar="A B …", help="Score with several referees, named after STUDY, on the same claims.")
@click.option(
    "--dry-run", type=click.Path(path_type=Path), metavar="DIR", help="Write the first questions; ask nobody."
)
@click.option("--export-replies", type=click.Path(path_type=Path), metavar="FILE", help="Write the stored replies.")
@click.option("--reparse", is_flag=True, help="Read the stored replies with the present parser; ask nobody.")
@click.option("--yes", is_flag=True, help="Do not ask whether to go on when calls cost money.")
@ray_options
@common.options("json", "quiet")
@click.pass_context
def command(ctx: click.Context, /, study: Path, **given: Any) -> None:
    """Let a referee score the claims. Interrupted or killed, the same command goes on where it stopped.

    NAME is pixels, openai, vllm or transformers with --model, or a referee of STUDY/referees.toml.

    \b
    Examples:
      referee-calib score mystudy --referee pixels --sampled
      referee-calib score mystudy --referee openai --base-url http://localhost:8000/v1 --model Qwen/Qwen3-VL-8B
      referee-calib score mystudy --referee qwen --samples 3 --limit 50
      referee-calib score mystudy --referee qwen --dry-run look/
      referee-calib score mystudy --compare qwen internvl
      referee-calib score claims.parquet --engine ray --workers 8 --media videos/ --out scores/ --referee openai …
    """  # noqa: D301
    from referee_calib.cli.referee import scoring_run as runs
    from referee_calib.study import Study

    _check(ctx, given)
    if given["engine"] == "ray":
        from referee_calib.cli.referee import scoring_ray

        scoring_ray.score(study, given)
        return
    names = [given["compare"], *given["others"]] if given["compare"] else [given["name"]]
    options = {name: given[name] for name in NAMES}
    with Study.open(study) as opened:
        if given["export_replies"]:
            runs.export(opened, given["name"], options, given["export_replies"], as_json=given["as_json"])
        elif given["reparse"]:
            runs.reparse(opened, given["name"], options, as_json=given["as_json"])
        elif given["dry_run"]:
            runs.dry_run(opened, names, options, runs.choice_of(given), given["dry_run"], as_json=given["as_json"])
        else:
            runs.score(ctx, opened, names, options, given)


def _check(ctx: click.Context, given: dict[str, Any]) -> None:
    if given["others"] and not given["compare"]:
        raise click.UsageError(f"Got unexpected extra argument ({given['others'][0]})", ctx)
    if given["compare"] and not given["others"]:
        raise click.UsageError("--compare needs two or more referees: --compare A B", ctx)
    if given["sample"] is not None and given["samples"] is not None:
        raise click.UsageError("--sample scores one repeat and --samples the first ones: give one of them", ctx)
    taken(given)
    doing = [name for name in ("dry_run", "export_replies", "reparse") if given[name]]
    if len(doing) > 1 or (given["compare"] and doing[:1] in (["export_replies"], ["reparse"])):
        said = ", ".join(f"--{name.replace('_', '-')}" for name in [*doing, *(["compare"] if given["compare"] else [])])
        raise click.UsageError(f"{said}: give one of them", ctx)
