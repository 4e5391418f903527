"""Planted referees that are right on most claims for a wrong reason, and good ones on unusual quality."""

from __future__ import annotations

from functools import partial

import numpy as np
from helpers_planted_study import NOISE, Case, Planted, levels
from helpers_planted_tail import one_more_person


def noisier(planted: Planted, rng: np.random.Generator, *, noise: float = 0.65) -> None:
    """Judge with somewhat more noise than a person."""
    for name, quality in planted.quality.items():
        planted.referee[name] = levels(quality + rng.normal(0, noise, quality.shape))


def fails_at_random(planted: Planted, rng: np.random.Generator, *, share: float = 0.01) -> None:
    """Leave a few claims without a score, whatever they are."""
    hit = rng.random(len(planted.video)) < share
    for given in planted.referee.values():
        given[hit] = np.nan


def copies(planted: Planted, rng: np.random.Generator, *, share: float = 1.0) -> None:
    """Give the first person's level, errors included, to a share of claims."""
    hit = rng.random(len(planted.video)) < share
    for name, people in planted.people.items():
        planted.referee[name][hit] = people[hit, 0]


def drifts(planted: Planted, rng: np.random.Generator, *, by: float = 1.0) -> None:
    """Rise from `by` levels too few on the first video to as many too many on the last."""
    late = 2 * planted.video / planted.video.max() - 1
    for name, quality in planted.quality.items():
        planted.referee[name] = levels(quality + by * late + rng.normal(0, NOISE, quality.shape))


def anchors(planted: Planted, rng: np.random.Generator) -> None:
    """Give every claim of a video the same level, the right one on average."""
    n = np.bincount(planted.video)
    for name, quality in planted.quality.items():
        planted.referee[name] = levels((np.bincount(planted.video, quality) / n)[planted.video])


def swaps(planted: Planted, rng: np.random.Generator, *, share: float = 0.1) -> None:
    """Answer the other question on a share of claims."""
    hit = rng.random(len(planted.video)) < share
    first, second = (planted.referee[name].copy() for name in ("relevance", "localization"))
    planted.referee["relevance"][hit], planted.referee["localization"][hit] = second[hit], first[hit]


def fails_where_people_differ(planted: Planted, rng: np.random.Generator) -> None:
    """Leave claims without a score on which people lie two levels apart."""
    for name, people in planted.people.items():
        planted.referee[name][np.ptp(people, axis=1) >= 2] = np.nan


def guesses_between(planted: Planted, rng: np.random.Generator) -> None:
    """Know 0 and 4 exactly, and toss a coin between them elsewhere."""
    for name, quality in planted.quality.items():
        level = levels(quality)
        planted.referee[name] = np.where(level % 4, rng.choice([0.0, 4.0], level.shape), level)


CASES = {
    "somewhat noisier than a person (0.65 for 0.55), 100 videos": Case(noisier, good=True, videos=100),
    "one more person, 1 % technical failures, 100 videos": Case(fails_at_random, good=True, videos=100),
    "one more person, severities of 0.3, 100 videos": Case(one_more_person, good=True, videos=100, severity=0.3),
    "copies one person, 100 videos": Case(copies, good=False, videos=100),
    "copies one person on 90 % of claims, 100 videos": Case(partial(copies, share=0.9), good=False, videos=100),
    "drifts from a level too low to one too high, 100 videos": Case(drifts, good=False, videos=100),
    "drifts by half a level each way, 100 videos": Case(partial(drifts, by=0.5), good=False, videos=100),
    "one level for all claims of a video, 100 videos": Case(anchors, good=False, videos=100),
    "swaps the two questions on a tenth, 100 videos": Case(swaps, good=False, videos=100),
    "fails where people differ, 100 videos": Case(fails_where_people_differ, good=False, videos=100),
    "sure of 0 and 4, a coin between them, 100 videos": Case(guesses_between, good=False, videos=100),
}
