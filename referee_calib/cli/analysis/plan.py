"""``referee-calib plan``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from referee_calib.cli import common
from referee_calib.cli.benchmarks.plan_benchmark import BenchmarkOptions, benchmark_options, plan_benchmark

if TYPE_CHECKING:
    from agreement import StudyPlan

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


def _shares(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[float, ...] | None:
    """Read ``"0.2,0.3,0.5"`` as shares."""
    if value is None:
        return None
    try:
        return tuple(float(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"{value!r} is no list of shares such as 0.3,0.1,0.1,0.2,0.3", ctx, param) from None


_ASSUMED = ("kappa", "referee_kappa", "video_correlation", "quality", "shares")  # a pilot tells all of them


@click.command(short_help="How many videos, claims and raters a study needs.", context_settings={"show_default": True})
@click.option("--videos", callback=_numbers, metavar="N,N,…", default="20,40,80,160", help="Numbers of videos to try.")
@click.option("--claims", callback=_numbers, metavar="N,N,…", default="1,3,6", help="Claims per video to try.")
@click.option("--raters", callback=_numbers, metavar="N,N,…", default="2,3", help="Raters per claim to try.")
@click.option("--kappa", type=float, default=0.7, help="Expected quadratic kappa of two people.")
@click.option("--referee-kappa", type=float, default=0.65, help="The same of person and referee.")
@click.option("--video-correlation", type=float, default=0.3, help="How alike claims of a video are.")
@click.option(
    "--quality",
    type=click.Choice(["normal", "bimodal", "skewed"]),
    default="normal",
    help="How claims' quality is spread: bimodal where evidence is right or wrong.",
)
@click.option("--shares", callback=_shares, metavar="S,S,…", help="Share of each level, lowest first.")
@click.option(
    "--from",
    "pilot",
    type=common.StudyPath(path_type=Path),
    metavar="STUDY",
    help="Assume nothing: draw videos like those of a study that people and a referee have begun.",
)
@click.option("--referee", metavar="NAME", help="With --from: fingerprint of its referee, or name of its judge.")
@click.option("--dimension", help="With --from: one of the study; by default the one most rated.")
@click.option("--width", type=float, callback=_amount, help="Wanted width of the interval of referee minus ceiling.")
@click.option("--slice-loss", type=float, default=0.2, help="Loss on a kind of claim that should be told.")
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
@benchmark_options
@common.options("seed", "json")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    pilot: Path | None,
    referee: str | None,
    dimension: str | None,
    levels: tuple[int, ...] | None,
    budget: int | None,
    compared: BenchmarkOptions,
    as_json: bool,
    **design: Any,
) -> None:
    """Simulate studies, and say how wide their intervals would be and which is the cheapest that will do.

    Beside the widths stand the share of videos with a confident error that a design excludes when it sees none, and
    how many claims a kind of claim needs to be judged. With --benchmark: the smallest difference that two runs on it
    can show.

    \b
    Examples:
      referee-calib plan --videos 20,60 --claims 1,3 --raters 2 --width 0.2
      referee-calib plan --quality bimodal --shares 0.3,0.1,0.1,0.2,0.3
      referee-calib plan --from mystudy --videos 60,120
      referee-calib plan --levels 400,100,25,0,80 --budget 100
      referee-calib plan --benchmark vstar --items 500,2094
      referee-calib plan --benchmark vstar --result base.json --result ours.json
    """  # noqa: D301
    from agreement import AgreementError
    from referee_calib.errors import InputError

    if compared.benchmark is not None:
        plan_benchmark(compared, as_json=as_json)
        return
    if (levels is None) != (budget is None):
        raise InputError("--levels and --budget", "one says nothing without the other", "Give both.")
    try:
        if levels is not None and budget is not None:
            _allocate(levels, budget, as_json=as_json)
            return
        found = _from_assumptions(design) if pilot is None else _from_pilot(ctx, pilot, referee, dimension, design)
    except AgreementError as error:
        raise InputError(error.seen, error.why, error.do) from error
    common.result(found.to_json(), _table(found), as_json=as_json)


def _allocate(levels: tuple[int, ...], budget: int, *, as_json: bool) -> None:
    from agreement import square_root_allocation

    given = square_root_allocation(levels, budget)
    rows = [f"  level {k}: {a} of {c}" for k, (a, c) in enumerate(zip(given, levels, strict=True))]
    text = "\n".join(["Claims to rate, in proportion to the square root of each level's count:", *rows])
    common.result({"allocation": list(given), "levels": list(levels)}, text, as_json=as_json)


def _from_assumptions(design: dict[str, Any]) -> StudyPlan:
    from agreement import plan_agreement

    shares = {} if design["shares"] is None else {"shares": design["shares"]}
    rest = {name: value for name, value in design.items() if name not in ("shares", "simulations")}
    return plan_agreement(**rest, **shares, n_simulations=design["simulations"])


def _from_pilot(
    ctx: click.Context, pilot: Path, referee: str | None, dimension: str | None, design: dict[str, Any]
) -> StudyPlan:
    """Plan with videos like those of a study; what a pilot tells cannot be assumed besides."""
    from agreement import plan_from_pilot
    from referee_calib.analysis import read_pilot, read_table_pilot
    from referee_calib.study import Study
    from referee_calib.table_study import is_table_study, open_table_study

    given = [name for name in _ASSUMED if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT]
    if given:
        option = f"--{given[0].replace('_', '-')}"
        raise click.UsageError(f"{option} is an assumption, and --from takes it from the study: give one of them", ctx)
    if is_table_study(pilot):
        found = read_table_pilot(open_table_study(pilot), referee=referee, dimension=dimension)
    else:
        with Study.open(pilot) as opened:
            found = read_pilot(opened, referee=referee, dimension=dimension)
    rest = {name: value for name, value in design.items() if name not in (*_ASSUMED, "simulations")}
    return plan_from_pilot(
        found.people, found.referee, cluster=found.videos, **rest, n_simulations=design["simulations"]
    )


def _table(found: StudyPlan) -> str:
    from agreement import clusters_to_exclude

    heads = (("videos", 7), ("claims", 8), ("raters", 8), ("ratings", 9), ("cost", 9), ("kappa", 8), ("alpha", 8))
    more = (("difference", 12), ("tail", 8), ("kind", 7))
    lines = ["Simulated studies, expected interval widths", "", "".join(f"{name:>{n}}" for name, n in heads + more)]
    for d in found.designs:
        widths = "".join(
            f"{'none' if w is None else format(w, '.3f'):>{n}}"
            for w, n in ((d.kappa_width, 8), (d.alpha_width, 8), (d.difference_width, 12))
        )
        tail, kind = f"{100 * d.tail_excluded:.1f} %", "none" if d.smallest_slice is None else f"{d.smallest_slice:,}"
        mark = "  <- cheapest" if d == found.cheapest else ""
        counts = f"{d.videos:>7}{d.claims:>8}{d.raters:>8}{d.ratings:>9}{d.cost:>9g}"
        lines.append(f"{counts}{widths}{tail:>8}{kind:>7}{mark}")
    lines += [
        "",
        "tail: share of videos with a confident error that is excluded when none is seen; "
        f"5 % takes {clusters_to_exclude(0.05)} videos, 1 % takes {clusters_to_exclude(0.01)}.",
        "kind: claims that a kind of claim (small boxes, one source) needs to be judged by itself.",
    ]
    if found.reason:
        lines += ["", found.reason[0].upper() + found.reason[1:] + "."]
    return "\n".join([*lines, "", "Assumed:", *(f"  {line}" for line in found.assumptions)])
