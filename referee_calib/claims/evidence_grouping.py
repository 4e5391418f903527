"""The second pass: which object, boxes and time belong together.

The reference form of Open-o3-Video is `<obj>…</obj><box>…</box>at<t>…</t>s` without a space. Models also write
the time first, or before the boxes, several objects under one time, and words in between. So each object with boxes
looks for its time in this order, always within one sentence:

1. between the object and its boxes;
2. behind its boxes, after a word such as "at" (the reference form);
3. before the object, unless another object has taken that time;
4. behind its boxes, whatever the words between;
5. the time of the object next to it on the line, first the one before, then the one behind ("at 3 s a dog and a cat").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from referee_calib.claims.tags import Element

LONGEST_GAP = 200  # characters; what is further away is another statement
LONGEST_LINK = 30  # characters in which "at" or "to" must be found

_AT = re.compile(r"\s*(?:at|@|around|about|near|~)\s*(?:time|t)?\s*[:=~]?\s*", re.IGNORECASE)
_TO = re.compile(r"\s*(?:s|secs?|seconds?)?\s*(?:to|until|till|through|-|–|—)\s*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?;](?:\s|$)|\n")


@dataclass(slots=True)
class Moment:
    """One `<t>`, or two that the text joins into a span (`<t>3</t>s to <t>7</t>s`)."""

    first: Element
    last: Element
    taken: bool = False

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.first.start

    @property
    def end(self) -> int:
        """Offset behind the last character."""
        return self.last.end


@dataclass(slots=True)
class Mention:
    """An object with its boxes and the moment they belong to; the object or the boxes may be missing."""

    object: Element | None
    boxes: list[Element] = field(default_factory=list)
    moment: Moment | None = None
    shared: bool = False

    @property
    def start(self) -> int:
        """Offset of the first character; a moment shared with another mention does not count."""
        return min(part.start for part in self._parts())

    @property
    def end(self) -> int:
        """Offset behind the last character."""
        return max(part.end for part in self._parts())

    def _parts(self) -> list[Element | Moment]:
        ends = [self.boxes[0], self.boxes[-1]] if self.boxes else []
        own: list[Element | Moment] = [part for part in (self.object, *ends) if part is not None]
        return own if self.moment is None or self.shared else [*own, self.moment]

    def take(self, moment: Moment) -> None:
        """Make the moment this mention's own."""
        self.moment, moment.taken = moment, True


Node = Moment | Mention


def mentions_and_moments(text: str, elements: Sequence[Element]) -> list[Node]:
    """Join elements to mentions and moments, in the order of the text, and give the mentions their moments."""
    found: list[Node] = []
    for element in elements:
        if element.kind == "t":
            _add_time(text, found, element)
        elif element.kind == "obj":
            found.append(Mention(element))
        elif element.kind == "box":
            _add_box(text, found, element)
    with_boxes = [node for node in found if isinstance(node, Moment) or node.boxes]
    for position in range(len(with_boxes)):
        _find_moment(text, with_boxes, position)
    _share_moments(text, with_boxes)
    return found


def _add_time(text: str, found: list[Node], element: Element) -> None:
    """Start a moment, or end the one before when the text says "to" between the two."""
    before = found[-1] if found else None
    if isinstance(before, Moment) and before.first is before.last and _TO.fullmatch(_link(text, before, element)):
        before.last = element
    else:
        found.append(Moment(element, element))


def _add_box(text: str, found: list[Node], element: Element) -> None:
    """Give the box to the object before it; a time in between becomes that object's own."""
    before = found[-1] if found else None
    if isinstance(before, Mention) and _one_statement(text, before, element):
        before.boxes.append(element)
        return
    owner = found[-2] if len(found) > 1 else None
    if (
        isinstance(before, Moment)
        and isinstance(owner, Mention)
        and not owner.boxes
        and _one_statement(text, owner, before)
        and _one_statement(text, before, element)
    ):
        owner.boxes.append(element)
        owner.take(before)
        found.pop()
    else:
        found.append(Mention(None, [element]))


def _find_moment(text: str, nodes: Sequence[Node], position: int) -> None:
    mention = nodes[position]
    if not isinstance(mention, Mention) or mention.moment is not None:
        return
    before = nodes[position - 1] if position else None
    behind = nodes[position + 1] if position + 1 < len(nodes) else None
    free_before = isinstance(before, Moment) and not before.taken and _one_statement(text, before, mention)
    if isinstance(behind, Moment) and _AT.fullmatch(_link(text, mention, behind)):
        mention.take(behind)
    elif free_before and isinstance(before, Moment):
        mention.take(before)
    elif isinstance(behind, Moment) and _one_statement(text, mention, behind):
        mention.take(behind)


def _share_moments(text: str, nodes: Sequence[Node]) -> None:
    pairs = list(pairwise(nodes))
    for giver, asker in [*pairs, *((behind, before) for before, behind in reversed(pairs))]:
        if not (isinstance(giver, Mention) and isinstance(asker, Mention)) or asker.moment is not None:
            continue
        left, right = sorted((giver, asker), key=lambda mention: mention.start)
        same_line = "\n" not in text[left.end : right.start]
        if giver.moment is not None and same_line and _one_statement(text, left, right):
            asker.moment, asker.shared = giver.moment, True


def _link(text: str, left: Element | Node, right: Element | Node) -> str:
    gap = text[left.end : right.start]
    return gap if len(gap) <= LONGEST_LINK else "."


def _one_statement(text: str, left: Element | Node, right: Element | Node) -> bool:
    """Tell whether no sentence ends between the two; a line break alone, between two tags, ends none."""
    if right.start - left.end > LONGEST_GAP:
        return False
    gap = text[left.end : right.start]
    return not gap.strip() or _SENTENCE_END.search(gap) is None
