"""Made-up claims, and levels that people and a referee gave them, as the records of a study."""

from referee_calib.records import DIMENSIONS, Claim, Rating, RefereeScore

BOX = ((1.0, 0.1, 0.1, 0.4, 0.5),)
REFEREE = "a" * 16
FIVE_EACH = dict.fromkeys(DIMENSIONS, (0, 1, 2, 3, 4))  # the scales of the default rubric


def box_claims(n, videos=5):
    """Claims with one box each, in turn about `videos` videos, so that relevance and localization apply."""
    return [
        Claim(video=f"v{i % videos}.mp4", question="Where?", object=f"thing {i}", boxes=BOX, rollout=f"r{i}")
        for i in range(n)
    ]


def ratings_of(claims, people, name="relevance", origin="app"):
    """One rating for each level of `people` (claims × raters); the raters are p0, p1, …."""
    return [
        Rating(claim=c.id, rater=f"p{j}", dimension=name, level=int(v), origin=origin, nonce=f"{c.id}{name}{j}")
        for c, row in zip(claims, people, strict=True) for j, v in enumerate(row)
    ]  # fmt: skip


def scores_of(claims, levels, dimension="relevance", referee=REFEREE, **more):
    """One score for each expected level."""
    return [
        RefereeScore(claim=c.id, referee=referee, dimension=dimension, level=round(float(v)), expected=float(v), **more)
        for c, v in zip(claims, levels, strict=True)
    ]
