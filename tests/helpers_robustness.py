"""A small study with known truth, and rewards for it: an honest one, and the same with one planted defect each."""

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
