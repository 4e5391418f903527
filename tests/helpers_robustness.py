"""A small study with known truth, and rewards for it: an honest one, and the same with one planted defect each."""

import random
import re

from helpers_referee import scene, write_clip

from referee_calib.perturbation.families.reference_objects import overlap
from referee_calib.records import Claim
from referee_calib.study import Study

VIDEOS = 6
QUESTION = "Where is the red ball?"
CLAIM = re.compile(r"<obj>(.*?)</obj><box>(.*?)</box>at<t>([\d.]+)</t>s", re.DOTALL)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def box(t, x, y, side=0.16):
    return (t, round(x, 3), round(y, 3), round(x + side, 3), round(y + side, 3))


def truth_of(video):
    """What is where in the first and in the last second: the red ball moves, the others stand."""
    step = 0.02 * video
    return {
        "red ball": [box(0.6, 0.05 + step, 0.1), box(1.6, 0.45 + step, 0.1)],
        "blue ball": [box(0.6, 0.2, 0.7), box(1.6, 0.2, 0.7)],
        "green star": [box(0.6, 0.7, 0.6), box(1.6, 0.7, 0.6)],
    }


def make_study(folder):
    """Make a study of six videos of 2.4 s; nobody here looks at their pictures."""
    study = Study.create(folder, name="Balls")
    clip = write_clip(folder / "clip.mp4", [scene(("red", "circle", 120, 60, 20))] * 24)
    for video in range(VIDEOS):
        (study.media / f"v{video}.mp4").write_bytes(clip.read_bytes())
    clip.unlink()
    study.add_claims(
        [
            Claim(
                video=f"v{video}.mp4",
                question=QUESTION,
                object=name,
                boxes=(one,),
                rollout=f"{name}-{video}",
                index=index,
                reference_boxes=(one,),
            )
            for video in range(VIDEOS)
            for name, boxes in truth_of(video).items()
            for index, one in enumerate(boxes)
        ]
    )
    study.close()
    return folder


class Reward:
    """Pays the mean IoU of a reply's distinct claims with what is annotated within half a second; names must agree."""

    def __call__(self, completions, reference_object, reference_boxes, **columns):
        return [self.pay(*row) for row in zip(completions, reference_object, reference_boxes, strict=True)]

    def pay(self, text, name, true):
        claims = list(dict.fromkeys(self.read(text)))
        values = [self.value(*claim, name, true) for claim in claims]
        return self.together(values)

    def read(self, text):
        for phrase, boxes, time in CLAIM.findall(text):
            yield phrase, boxes, float(time)

    def together(self, values):
        return sum(values) / len(values) if values else 0.0

    def value(self, phrase, boxes, time, name, true):
        found = [tuple(map(float, NUMBER.findall(part))) for part in boxes.split("]")]
        found = [tuple(n / 1000 for n in four) for four in found if len(four) == 4]
        near = [one for one in true if self.in_time(one[0] - time)]
        if not near or not self.named(phrase, name):
            return 0.0
        right = min(near, key=lambda one: abs(one[0] - time))[1:]
        return self.placed([overlap(four, right) if four[0] < four[2] and four[1] < four[3] else 0.0 for four in found])

    def placed(self, overlaps):
        return sum(overlaps) / len(overlaps) if overlaps else 0.0

    def in_time(self, early):
        return abs(early) < 0.5

    def named(self, phrase, name):
        words = set(phrase.lower().replace("that is ", "").removeprefix("the ").split())
        return words == set(name.lower().split())


class SignedGate(Reward):
    """Lets everything pass that is late."""

    def in_time(self, early):
        return early < 0.5


class NamesNotCompared(Reward):
    def named(self, phrase, name):
        return True


class BestOfBoxes(Reward):
    """Takes the best of a claim's boxes."""

    def placed(self, overlaps):
        return max(overlaps, default=0.0)


class BestOfClaims(Reward):
    """Takes the best of a reply's claims."""

    def together(self, values):
        return max(values, default=0.0)


class Flat(Reward):
    def together(self, values):
        return 0.5


class TalkedInto(Reward):
    """Looks for a score in the reply, and finds the one that the model wrote."""

    def pay(self, text, name, true):
        return (
            1.0 if re.search(r"(?:level|score|verdict|answer)\W{0,6}4", text, re.I) else super().pay(text, name, true)
        )


class Counted(Reward):
    """Adds up instead of averaging."""

    def pay(self, text, name, true):
        return sum(self.value(*claim, name, true) for claim in self.read(text))


honest = Reward()
flat = Flat()


def area(four):
    return max(0.0, four[2] - four[0]) * max(0.0, four[3] - four[1])


def shared(a, b):
    """Area that two boxes share."""
    return area((max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])))


class ByShare(Reward):
    """Pays another share of two areas than their overlap."""

    def share(self, four, right):
        raise NotImplementedError

    def value(self, phrase, boxes, time, name, true):
        fours = [tuple(float(n) / 1000 for n in NUMBER.findall(part)) for part in boxes.split("]") if part.strip(", [")]
        near = [one for one in true if self.in_time(one[0] - time)]
        fours = [four for four in fours if len(four) == 4 and area(four) > 0]
        if not near or not fours or not self.named(phrase, name):
            return 0.0
        right = min(near, key=lambda one: abs(one[0] - time))[1:]
        return self.placed([self.share(four, right) for four in fours])


class PrecisionOnly(ByShare):
    """How much of the claimed box is right, never how much of the thing it shows."""

    def share(self, four, right):
        return shared(four, right) / area(four)


class SmallEnoughRecall(ByShare):
    """How much of the thing is in the box, for any box below a quarter of the frame."""

    def share(self, four, right):
        return shared(four, right) / area(right) if area(four) < 0.25 else 0.0


class Saturated(ByShare):
    """Pays in full from an overlap of a half on."""

    def share(self, four, right):
        return min(1.0, 2 * overlap(four, right))


class AnswerIsEnough(Reward):
    """Pays a reply that points at nothing in full."""

    def pay(self, text, name, true):
        return super().pay(text, name, true) if "<box>" in text else 1.0


class ReadsProse(Reward):
    """Is content with the name anywhere in the reply when there is no box."""

    def pay(self, text, name, true):
        return super().pay(text, name, true) if "<box>" in text else float(name in text)


class FirstClaim(Reward):
    def together(self, values):
        return values[0] if values else 0.0


class LastClaim(Reward):
    def together(self, values):
        return values[-1] if values else 0.0


class LongestClaim(Reward):
    """Looks at the claim with the longest name."""

    def pay(self, text, name, true):
        claims = list(dict.fromkeys(self.read(text)))
        return self.value(*max(claims, key=lambda claim: len(claim[0])), name, true) if claims else 0.0


class Noisy(Reward):
    """Adds chance of half the size of what it pays."""

    def __init__(self):
        self.rng = random.Random(7)

    def pay(self, text, name, true):
        return min(1.0, max(0.0, super().pay(text, name, true) + self.rng.uniform(-0.8, 0.8)))


class Doubled(Reward):
    def pay(self, text, name, true):
        return 2 * super().pay(text, name, true)


class Punishing(Reward):
    """Takes away what it does not give."""

    def pay(self, text, name, true):
        return super().pay(text, name, true) or -1.0


class AsText(Reward):
    def pay(self, text, name, true):
        return f"{super().pay(text, name, true):.3f}"


class AsMapping(Reward):
    def pay(self, text, name, true):
        return {"reward": super().pay(text, name, true)}


class NoList(Reward):
    """Gives one number for all replies."""

    def __call__(self, completions, reference_object, reference_boxes, **columns):
        return 0.5
