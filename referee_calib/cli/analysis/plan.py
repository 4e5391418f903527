"""``referee-calib plan``."""

from __future__ import annotations

from typing import Any

import click

from referee_calib.cli import common

MOST = 10**12  # of anything counted or paid: sums of products of it stay finite


def _numbers(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    """Read ``"20,40"`` as ``(20, 40)``."""
    if value is None:
        return None
    try:
        numbers = tuple(int(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"{value!r} is no list of whole numbers such as 20,40,80", ctx, param) from None
    if max(numbers) > MOST:
        raise click.BadParameter(f"{max(numbers)} is above {MOST:,}", ctx, param)
    return numbers


def _amount(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    """Refuse what is below 0, and ``nan``, which click's own range lets pass."""
    if value is not None and not 0 <= value <= MOST:
        raise click.BadParameter(f"{value:g} is no number from 0 to {MOST:,}", ctx, param)
    return value


@click.command(short_help="How many videos, claims and raters a study needs.", context_settings={"show_default": True})
@click.option("--videos", callback=_numbers, metavar="N,N,…", default="20,40,80,160", help="Numbers of videos to try.")
@click.option("--claims", callback=_numbers, metavar="N,N,…", default="1,3,6", help="Claims per video to try.")
@click.option("--raters", callback=_numbers, metavar="N,N,…", default="2,3", help="Raters per claim to try.")
@click.option("--kappa", type=float, default=0.7, help="Expected quadratic kappa of two people.")
@click.option("--referee-kappa", type=float, default=0.65, help="The same of person and referee.")
@click.option("--video-correlation", type=float, default=0.3, help="How alike claims of a video are.")
@click.option("--width", type=float, callback=_amount, help="Wanted width of the interval of referee minus ceiling.")
@click.option("--video-cost", type=float, callback=_amount, default=0.0, help="Cost of one more video.")
@click.option("--rating-cost", type=float, callback=_amount, default=1.0, help="Cost of one more rating.")
@click.option("--simulations", type=click.IntRange(min=2), default=40, help="Studies per design.")
@click.option(
    "--levels",
    callback=_numbers,
    metavar="N,N,…",
    help="Claims per referee level: how to spread people's claims over them.",
)
@click.option("--budget", type=click.IntRange(min=1), help="Claims that people rate, for --levels.")
@common.options("seed", "json")
def command(
    videos: tuple[int, ...],
    claims: tuple[int, ...],
    raters: tuple[int, ...],
    kappa: float,
    referee_kappa: float,
    video_correlation: float,
    width: float | None,
    video_cost: float,
    rating_cost: float,
    simulations: int,
    levels: tuple[int, ...] | None,
    budget: int | None,
    seed: int,
    as_json: bool,
) -> None:
    """Simulate studies, and say how wide their intervals would be and which is the cheapest that will do.

    \b
    Examples:
      referee-calib plan --videos 20,60 --claims 1,3 --raters 2 --width 0.2
      referee-calib plan --levels 400,100,25,0,80 --budget 100
    """  # noqa: D301
    from agreement import AgreementError, plan_agreement, square_root_allocation
    from referee_calib.errors import InputError

    if (levels is None) != (budget is None):
        raise InputError("--levels and --budget", "one says nothing without the other", "Give both.")
    try:
        if levels is not None and budget is not None:
            given = square_root_allocation(levels, budget)
            rows = [f"  level {k}: {a} of {c}" for k, (a, c) in enumerate(zip(given, levels, strict=True))]
            text = "\n".join(["Claims to rate, in proportion to the square root of each level's count:", *rows])
            common.result({"allocation": list(given), "levels": list(levels)}, text, as_json=as_json)
            return
        found = plan_agreement(
            videos=videos,
            claims=claims,
            raters=raters,
            kappa=kappa,
            referee_kappa=referee_kappa,
            video_correlation=video_correlation,
            width=width,
            video_cost=video_cost,
            rating_cost=rating_cost,
            n_simulations=simulations,
            seed=seed,
        )
    except AgreementError as error:
        raise InputError(error.seen, error.why, error.do) from error
    common.result(found.to_json(), _table(found), as_json=as_json)


def _table(found: Any) -> str:
    lines = ["Simulated studies, expected interval widths", ""]
    lines.append(
        f"{'videos':>7}{'claims':>8}{'raters':>8}{'ratings':>9}{'cost':>9}{'kappa':>8}{'alpha':>8}{'difference':>12}"
    )
    for d in found.designs:
        widths = "".join(
            f"{'none' if w is None else format(w, '.3f'):>{n}}"
            for w, n in ((d.kappa_width, 8), (d.alpha_width, 8), (d.difference_width, 12))
        )
        mark = "  <- cheapest" if d == found.cheapest else ""
        lines.append(f"{d.videos:>7}{d.claims:>8}{d.raters:>8}{d.ratings:>9}{d.cost:>9g}{widths}{mark}")
    if found.reason:
        lines += ["", found.reason[0].upper() + found.reason[1:] + "."]
    return "\n".join([*lines, "", "Assumed:", *(f"  {line}" for line in found.assumptions)])
