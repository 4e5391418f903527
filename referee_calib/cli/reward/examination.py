"""What ``perturb`` and ``probe`` share: their options, the rewards they ask, and the price that they name first."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.cli.referee.referee_options import referee_options

if TYPE_CHECKING:
    from referee_calib.perturbation.reward_loader import NamedReward
    from referee_calib.records import Claim
    from referee_calib.study import Study

Command = Callable[..., Any]


def options(rewards: str) -> Callable[[Command], Command]:
    """Add the options about rewards, evidence and repeats; `rewards` is the default of ``--rewards``."""
    added = (
        click.option(
            "--rewards", "names", metavar="A,B,…", default=rewards, show_default=True, help="Or module:attribute."
        ),
        click.option(
            "--referee", "referees", metavar="NAME", multiple=True, help="Of the semantic reward; pixels by default."
        ),
        referee_options,
        click.option(
            "--limit", type=click.IntRange(min=1), help="At most so many true claims, spread over the videos."
        ),
        click.option(
            "--repeats", type=click.IntRange(min=1), default=3, show_default=True, help="Of every true claim."
        ),
        click.option(
            "--resamples", type=click.IntRange(min=100), default=2000, show_default=True, help="Of the videos."
        ),
        click.option("--yes", is_flag=True, help="Do not ask whether to go on when calls cost money."),
        common.options("seed", "json", "quiet"),
    )

    return lambda command: reduce(lambda made, option: option(made), reversed(added), command)


def listed(text: str | None) -> tuple[str, ...] | None:
    """Split what is written between commas."""
    return None if text is None else tuple(part.strip() for part in text.split(",") if part.strip())


def named_rewards(study: Study, given: Mapping[str, Any]) -> list[NamedReward]:
    """Make the rewards; a referee is made only when the semantic reward is among them."""
    from referee_calib.cli.referee.referee_options import referee_of
    from referee_calib.perturbation.reward_loader import load_rewards

    names = given["referees"] or ("pixels",)
    makers = [
        (name, lambda name=name: referee_of(name, given["options"], study.folder, study.rubric, study.config.clock))
        for name in names
    ]
    return load_rewards(listed(given["names"]) or (), study.media, makers)


def confirm_cost(
    asked: Iterable[tuple[str, NamedReward, Iterable[Claim], str]], media: Path, given: Mapping[str, Any]
) -> None:
    """Say what referees whose replies are billed will be asked, and ask whether to go on when that has a price.

    `asked` holds a title, the reward, the claims it will judge, and what is to be said after the estimate.
    """
    from referee_calib.referee.cost_estimate import estimate_cost
    from referee_calib.referee.question import Ask

    priced = False
    for title, reward, claims, more in asked:
        referee = reward.referee
        if referee is None or not referee.backend.cacheable:
            continue
        asks = [Ask(claim, dimension) for claim in claims for dimension in referee.rubric.applies(claim)]
        prices = referee.spec.prices if referee.spec is not None else None
        found = estimate_cost(referee, asks, media, prices=prices)
        common.remark(f"{title}: {found}{more}", quiet=given["quiet"])
        priced = priced or found.money is not None
    if priced and not given["yes"] and sys.stdin.isatty() and not click.confirm("Go on?", err=True):
        raise click.Abort


def report_files(lines: Iterable[str], missing: Iterable[Mapping[str, Any]], folder: Path) -> str:
    """Close a result in words with what is missing and where everything lies."""
    gaps = [f"missing: {row['what']}: {row['why']}" for row in missing]
    files = [f"All numbers: {folder / 'summary.json'}", f"Every value: {folder / 'rows.csv'}"]
    return "\n".join([*lines, *gaps, *files])
