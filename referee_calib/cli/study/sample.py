"""``referee-calib sample``."""

from __future__ import annotations

from pathlib import Path

import click

from referee_calib.cli import common


@click.command(short_help="Draw the claims that people rate.")
@common.study_argument
@click.option("--claims", "n_claims", type=click.IntRange(min=1), required=True, help="How many to draw.")
@click.option(
    "--per-kind",
    type=click.IntRange(min=0),
    default=0,
    help="Draw further ones until each object size and span length has so many.",
)
@click.option("--force", is_flag=True, help="Also when claims that people have rated are left out.")
@common.options("seed", "json")
def command(study: Path, n_claims: int, per_kind: int, force: bool, seed: int, as_json: bool) -> None:
    """Draw the claims that people rate, from every video in proportion to its claims.

    The same seed gives the same claims, and a larger draw with it contains the smaller one, so that more
    can be added later. Without a draw people rate all claims.

    With --per-kind rare kinds of claims get further ones. Those speak for their kind alone: what the report
    says of all claims rests on the plain draw.

    \b
    Examples:
      referee-calib sample mystudy --claims 100 --seed 1
      referee-calib sample mystudy --claims 100 --per-kind 30
    """  # noqa: D301
    from referee_calib.study import Study, claims_with_excluded, draw_claims

    with Study.open(study) as opened:
        claims = claims_with_excluded(opened)
        found = draw_claims(claims, n_claims, seed, per_kind)
        chosen = list(found.weights)
        with opened.transaction():  # the draw is undone when it cannot be written down
            opened.select(chosen, force=force)
            opened.set_config(sample_claims=n_claims, sample_seed=seed, sample_per_kind=per_kind)
    drawn = set(chosen)
    videos = {one.video for one in claims if one.id in drawn}
    further = len(chosen) - found.plain
    data = {
        "claims": len(chosen),
        "further": further,
        "of": len(claims),
        "videos": len(videos),
        "seed": seed,
        "ids": chosen,
    }
    more = f"{common.counted(further, 'claim')} of them for kinds that are rare.\n" if further else ""
    text = (
        f"People rate {common.counted(len(chosen), 'claim')} of {len(claims)}, "
        f"from {common.counted(len(videos), 'video')} (seed {seed}).\n{more}"
        f"Next: referee-calib annotate {study} --add-rater NAME"
    )
    common.result(data, text, as_json=as_json)
