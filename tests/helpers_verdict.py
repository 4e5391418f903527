"""A study whose referee is as good as a person, or worse, without videos and without asking a referee."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from click.testing import CliRunner, Result
from helpers_judgements import box_claims, ratings_of, scores_of

from referee_calib.cli.main import main
from referee_calib.referee import load_referee
from referee_calib.study import Study

N_VIDEOS, PER_VIDEO, N_RATERS = 60, 2, 4  # 59 videos without a confident acceptance exclude 5 %


def make_study(folder: Path, *, lenient: int = 0, videos: int = N_VIDEOS, simulated: bool = False) -> Study:
    """Make the study; every claim has a box, so that relevance and localization apply.

    People and referee give the truth, one level off in a fifth of the cases; `lenient` is added to the referee's.
    """
    dice = np.random.default_rng(5)
    n = videos * PER_VIDEO
    truth = dice.integers(0, 5, n)
    noisy = np.clip(truth[:, None] + dice.choice([-1, 0, 0, 0, 0, 0, 0, 0, 0, 1], (n, N_RATERS + 1)), 0, 4)
    people, referee = noisy[:, :-1], np.clip(noisy[:, -1] + lenient, 0, 4)
    pixels = load_referee("pixels")
    claims, origin = box_claims(n, videos), "simulated" if simulated else "app"
    with Study.create(folder, name="Made", simulated_ratings=simulated) as study:
        study.add_claims(claims)
        for j in range(N_RATERS):
            study.add_rater(f"p{j}", origin=origin)
        study.add_referee(pixels.fingerprint, pixels.describe())
        for dimension in ("relevance", "localization"):
            study.add_ratings(ratings_of(claims, people, dimension, origin))
            study.add_scores(scores_of(claims, referee, dimension, pixels.fingerprint))
    return study


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])
