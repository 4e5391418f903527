"""A study whose referee is as good as a person, or worse, without videos and without asking a referee."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from click.testing import CliRunner, Result

from referee_calib.cli.main import main
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.referee import load_referee
from referee_calib.study import Study

N_VIDEOS, PER_VIDEO, N_RATERS = 40, 3, 4


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
    claims = [
        Claim(video=f"v{i % videos}.mp4", question="Where?", object=f"thing {i}", boxes=((1.0, 0.1, 0.2, 0.4, 0.6),),
              rollout=f"r{i}")
        for i in range(n)
    ]  # fmt: skip
    with Study.create(folder, name="Made", simulated_ratings=simulated) as study:
        study.add_claims(claims)
        for j in range(N_RATERS):
            study.add_rater(f"p{j}", origin="simulated" if simulated else "app")
        study.add_ratings(_ratings(claims, people, "simulated" if simulated else "app"))
        study.add_referee(pixels.fingerprint, pixels.describe())
        scores = [
            RefereeScore(claim=c.id, referee=pixels.fingerprint, dimension=d, level=int(v), expected=float(v))
            for c, v in zip(claims, referee, strict=True)
            for d in c.dimensions
        ]
        study.add_scores(scores)
    return study


def _ratings(claims: list[Claim], people: Any, origin: str) -> list[Rating]:
    return [
        Rating(claim=c.id, rater=f"p{j}", dimension=d, level=int(v), origin=origin, nonce=f"{c.id}{j}{d}")
        for c, row in zip(claims, people, strict=True)
        for j, v in enumerate(row)
        for d in c.dimensions
    ]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])
