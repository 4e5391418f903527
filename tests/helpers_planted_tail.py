"""Planted referees that means do not tell from a person: rare exploits, and kinds of claims that are judged blindly."""

from __future__ import annotations

from functools import partial

import numpy as np
from helpers_planted_study import NOISE, Case, Planted, levels


def one_more_person(planted: Planted, rng: np.random.Generator) -> None:
    """Leave the referee as it is drawn."""


def exploits(planted: Planted, rng: np.random.Generator, *, share: float, low: float = 0.0, high: int = 4) -> None:
    """On a share of claims everybody sees `low`, and the referee gives `high`."""
    _plant_exploits(planted, rng, rng.random(len(planted.video)) < share, low, high)


def exploits_by_video(planted: Planted, rng: np.random.Generator, *, share: float) -> None:
    """The same on every claim of a share of videos."""
    hit = rng.random(planted.video.max() + 1) < share
    _plant_exploits(planted, rng, hit[planted.video], 0.0, 4)


def _plant_exploits(planted: Planted, rng: np.random.Generator, hit: np.ndarray, low: float, high: int) -> None:
    for name, people in planted.people.items():
        people[hit] = levels(low + rng.normal(0, NOISE, people[hit].shape))
        planted.referee[name][hit] = high


def rejects(planted: Planted, rng: np.random.Generator, *, share: float) -> None:
    """On a share of claims everybody sees 4, and the referee gives 0."""
    _plant_exploits(planted, rng, rng.random(len(planted.video)) < share, 4.0, 0)


def constant_on_small(planted: Planted, rng: np.random.Generator, *, level: int = 2) -> None:
    """Give the same level to every small object."""
    for given in planted.referee.values():
        given[planted.kind == "small"] = level


def blind_to_small(planted: Planted, rng: np.random.Generator) -> None:
    """Give small objects somebody else's levels: the margin is right, the claim is not looked at."""
    small = np.flatnonzero(planted.kind == "small")
    for given in planted.referee.values():
        given[small] = given[rng.permutation(small)]


def lenient_on_small(planted: Planted, rng: np.random.Generator, *, by: float = 1.0) -> None:
    """Give small objects a level more."""
    for given in planted.referee.values():
        small = planted.kind == "small"
        given[small] = np.clip(given[small] + by, 0, 4)


CASES = {
    "one more person, 60 videos": Case(one_more_person, good=True),
    "one more person, 100 videos": Case(one_more_person, good=True, videos=100),
    "one more person, a kind of 6 % of claims": Case(one_more_person, good=True, small=0.06),
    "one more person, 2 % of all ratings are slips": Case(one_more_person, good=True, lapses=0.02),
    "one more person, people of kappa 0.77": Case(one_more_person, good=True, noise=0.8),
    "1 % exploits (0 against 4), 60 videos": Case(partial(exploits, share=0.01), good=False),
    "1 % exploits, 100 videos": Case(partial(exploits, share=0.01), good=False, videos=100),
    "2 % exploits, 200 videos": Case(partial(exploits, share=0.02), good=False, videos=200),
    "2 % exploits of 1 against 3, 200 videos": Case(
        partial(exploits, share=0.02, low=0.7, high=3), good=False, videos=200
    ),
    "every claim of 3 % of videos exploited, 100 videos": Case(
        partial(exploits_by_video, share=0.03), good=False, videos=100
    ),
    "5 % confident rejections, 100 videos": Case(partial(rejects, share=0.05), good=False, videos=100),
    "constant 2 on small boxes, 10 % of claims": Case(constant_on_small, good=False, small=0.10),
    "constant 2 on small boxes, 7 % of claims": Case(constant_on_small, good=False, small=0.07),
    "blind to small boxes, 10 % of claims": Case(blind_to_small, good=False, small=0.10),
    "blind to small boxes, 25 % of claims": Case(blind_to_small, good=False, small=0.25),
    "one level more on small boxes, 15 % of claims": Case(lenient_on_small, good=False, small=0.15),
}
