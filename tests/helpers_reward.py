"""A referee whose judgements are written down, and claims for it."""

from referee_calib.records import Claim, RefereeScore


class Written:
    """A referee that reads its levels from the object's name: "ball 4 3" is relevance 4, localization 3, timing 3."""

    fingerprint = "0123456789abcdef"

    def __init__(self, fails=0):
        self.asked = []
        self.fails = fails

    def score(self, claims, media, *, dimensions=None, sample=0):
        for claim in claims:
            for name in claim.dimensions:
                if dimensions is None or name in dimensions:
                    self.asked.append((claim.index, name, sample))
                    yield self._one(claim, name, sample)

    def _one(self, claim, name, sample):
        words = (claim.object or claim.question).split()
        if words[-1] == "fails" or (words[-1] == "flickers" and sample < self.fails):
            status = "unsupported" if words[-1] == "fails" else "error"
            return RefereeScore(
                claim=claim.id, referee="f", dimension=name, status=status, reason="cannot", sample=sample
            )
        level = 4 if words[-1] == "flickers" else int(words[-2] if name == "relevance" else words[-1])
        return RefereeScore(claim=claim.id, referee="f", dimension=name, level=level, sample=sample)


def box_claim(levels="4 4", time=1.0, left=0.1, name="ball", **more):
    boxes = ((time, left, 0.1, left + 0.2, 0.4),)
    return Claim(video="v.mp4", question="q 4 4", object=f"{name} {levels}", boxes=boxes, **more)
