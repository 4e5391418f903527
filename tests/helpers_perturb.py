"""Small tables, plans and rewards for tests of perturbation."""

import numpy as np

from referee_calib.perturbation.families.perturbation import AGREEMENT, claim_random
from referee_calib.perturbation.families.reference_objects import ReferenceObject, ReferenceObjects
from referee_calib.perturbation.harness.perturbation_plan import PerturbationPlan, families
from referee_calib.perturbation.harness.reward_table import GROUP, Cell, RewardTable
from referee_calib.perturbation.harness.video_facts import VideoFacts
from referee_calib.records import Claim

TRUE = (0.4, 0.4, 0.5, 0.55)
FACTS = VideoFacts({f"{name}.mp4": 10.0 for name in "abcde"}, {f"{name}.mp4": 25.0 for name in "abcde"})


def claim(*boxes, name="red ball", video="a.mp4", **more):
    """A claim that says nothing but what is given."""
    return Claim(video=video, question="q", object=name, boxes=boxes, **more)


def ask(step, start, duration=20.0, *, seed=0, fps=25.0):
    """Perturb a claim with its own dice."""
    return step(start, claim_random(seed, step, start), duration=duration, fps=fps)


def true_claim(i, video="a.mp4", box=TRUE, time=1.0, **changes):
    """A true claim about one box; claims differ by their question."""
    boxes = ((time, *box),)
    fields = {
        "video": video,
        "question": f"Where is the red ball {i}?",
        "object": "red ball",
        "boxes": boxes,
        "rollout": f"r{i}",
        "index": i,
        "reference_boxes": boxes,
    }
    return Claim(**fields | changes)


def plan_of(claims, names, *, on="boxes", deltas=(0.02, 0.05, 0.1, 0.3), known=None, seed=0):
    """A plan of some families about some claims."""
    things = known or ReferenceObjects()
    chosen = families(on, names, things, sorted(FACTS.durations))
    return PerturbationPlan(on, claims, chosen, FACTS, things, deltas=deltas, seed=seed, agreement=AGREEMENT)


def thing(video, phrase, time, box):
    return ReferenceObject(video, phrase, (time, *box))


def table_of(curves, wrong, truth, videos, *, deltas=(0.05, 0.1, 0.5, 1.0), exact=(), small=0.1, strata=None):
    """A table with one graded family, from plain arrays.

    curves: {reward: (k, n)}; wrong: {reward: {error: (n,)}}; truth: {reward: (m, n)}.
    """
    rewards = tuple(curves)
    errors = tuple(next(iter(wrong.values())))
    cells = [Cell("shift_x", delta, "graded") for delta in deltas] + [Cell(error, None, "wrong") for error in errors]
    values = np.stack(
        [
            np.vstack([np.asarray(curves[r], float), *(np.asarray(wrong[r][e], float)[None] for e in errors)])
            for r in rewards
        ]
    )
    n = values.shape[-1]
    return RewardTable(
        on="boxes",
        rewards=rewards,
        cells=tuple(cells),
        claims=tuple(f"c{i}" for i in range(n)),
        videos=tuple(videos),
        truth=np.stack([np.asarray(truth[r], float) for r in rewards]),
        values=values,
        asked=np.ones((len(cells), n), dtype=bool),
        overlap=np.ones((len(cells), n)),
        groups=np.full((n, GROUP), -1),
        small={"shift_x": small},
        units={"shift_x": "share"},
        strata=strata or {},
        exact=frozenset(exact),
    )
