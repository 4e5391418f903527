"""Simulated raters of known behaviour: honest, fast, straight-lining, random, not watching."""

from __future__ import annotations

import numpy as np

from referee_calib.records import Claim, Rating

DIMENSIONS = ("relevance", "localization", "timing")
BEHAVIOURS = ("fast", "straight", "random", "blind", "half")
VIDEOS = 60  # clips that the claims are about


def simulated_claims(n):
    """Claims with a box and a span of four seconds."""
    return [
        Claim(
            video=f"v{k % VIDEOS}.mp4",
            question=f"q{k}",
            object="ball",
            boxes=((2.0, 0.1, 0.1, 0.3, 0.3),),
            span=(1.0, 5.0),
        )
        for k in range(n)
    ]


def true_levels(rng, claims):
    """The level each claim deserves per dimension; nearly half of them deserve the best."""
    return {one.id: rng.choice(5, 3, p=(0.15, 0.1, 0.13, 0.17, 0.45)) for one in claims}


def ratings_of(rng, rater, behaviour, claims, truth):
    """Ratings of one rater on all claims, in an order of their own."""
    order = rng.permutation(len(claims))
    leniency, noise, pace = rng.normal(0, 0.3), 0.6, float(np.exp(rng.normal(np.log(11), 0.3)))
    found = []
    for k in order:
        claim = claims[k]
        felt = np.clip(np.rint(truth[claim.id] + leniency + rng.normal(0, noise, 3)), 0, 4).astype(int)
        seconds, watched = float(np.floor(pace * np.exp(rng.normal(0, 0.5)))), float(rng.uniform(0.6, 1))
        if behaviour == "fast":
            seconds = float(rng.integers(0, 2))
        elif behaviour == "straight":
            felt = np.full(3, 4)
        elif behaviour == "random":
            felt = rng.integers(0, 5, 3)
        elif behaviour == "blind":
            watched = 0.0
        elif behaviour == "half":
            watched = float(rng.uniform(0.05, 0.4))
        found += [
            Rating(
                claim=claim.id,
                rater=rater,
                dimension=name,
                level=int(level),
                seconds=seconds,
                watched=watched,
                nonce=f"{rater}/{claim.id}",
            )
            for name, level in zip(DIMENSIONS, felt, strict=True)
        ]
    return found


def crowd(seed, n_honest, n_claims, odd=()):
    """Ratings of honest raters h0, h1, … and of one rater of each odd behaviour, under its name; with the claims."""
    rng = np.random.default_rng(seed)
    claims = simulated_claims(n_claims)
    truth = true_levels(rng, claims)
    names = [(f"h{k}", "honest") for k in range(n_honest)] + [(one, one) for one in odd]
    return claims, {name: ratings_of(rng, name, behaviour, claims, truth) for name, behaviour in names}
