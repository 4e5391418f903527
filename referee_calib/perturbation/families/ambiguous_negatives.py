"""Whether wrong evidence is known to be wrong: two names may stand for one object.

"The winner" may be the red ball, and "the moving object" anything. Two names are told apart by a video in which both
are seen at once in different places; a name from another video, or one that says nothing of what an object looks
like, never is. Evidence that nobody knows to be wrong is not counted as wrong, whatever it was made of.
"""

from __future__ import annotations

from functools import cache

from referee_calib.perturbation.families.reference_objects import ReferenceObjects, head, overlap
from referee_calib.records import Claim

AT_ONCE = 0.1  # seconds
APART, TOGETHER = 0.1, 0.5  # overlap below which two objects are two, and from which they are one
NEAR = 0.5  # seconds within which an object is known to be where it was seen
VAGUE = frozenset({
    *("thing", "object", "item", "one", "something", "subject", "entity", "target", "element", "scene", "area"),
    *("winner", "loser", "leader", "first", "last", "other", "main", "it", "figure", "shape", "stuff", ""),
})  # fmt: skip


class AmbiguityCheck:
    """What a study's known objects tell about what is wrong."""

    def __init__(self, known: ReferenceObjects) -> None:
        self.known = known
        self._apart = cache(self._seen_apart)

    def is_wrong_name(self, true: Claim, made: Claim) -> bool:
        """Tell whether a claim's new name is known not to be the object's.

        From the same video both must be seen at once in different places; a name that this video does not know is wrong
        unless one of the two is vague.
        """
        here = {obj.phrase for obj in self.known.by_video.get(true.video, ())}
        if made.object in here:
            return self._apart(true.video, true.object, made.object)
        return not {head(true.object), head(made.object)} & VAGUE

    def is_wrong_place(self, made: Claim) -> bool:
        """Tell whether the named object is known to be somewhere else at the claim's times."""
        for time, *corners in made.boxes:
            seen = [obj.box for obj in self.known.at(made.video, time) if obj.phrase == made.object]
            seen += [box for box in made.reference_boxes or () if abs(box[0] - time) <= NEAR]
            if not seen or any(overlap(box[1:], tuple(corners)) >= APART for box in seen):
                return False
        return True

    def is_wrong_object(self, made: Claim) -> bool:
        """Tell whether what is boxed is known to be another object than the named one."""
        boxed = {
            obj.phrase
            for obj in self.known.by_video.get(made.video, ())
            for box in made.boxes
            if obj.box == box and obj.phrase != made.object
        }
        return bool(boxed) and all(self._apart(made.video, made.object, phrase) for phrase in boxed)

    def _seen_apart(self, video: str, one: str, other: str) -> bool:
        here = self.known.by_video.get(video, ())
        mine, theirs = ([obj for obj in here if obj.phrase == phrase] for phrase in (one, other))
        met = [overlap(a.box[1:], b.box[1:]) for a in mine for b in theirs if abs(a.box[0] - b.box[0]) <= AT_ONCE]
        return bool(met) and max(met) < TOGETHER and min(met) < APART
