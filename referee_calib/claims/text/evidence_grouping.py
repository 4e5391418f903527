"""The second pass: which object, boxes and time belong together.

The reference form of Open-o3-Video is `<obj>…</obj><box>…</box>at<t>…</t>s` without a space. Models also write
the time first, or before the boxes, several objects under one time, and words in between. So each object with boxes
looks for its time in this order, always within one sentence:

1. between the object and its boxes;
2. behind its boxes, after a word such as "at" (the reference form);
3. before the object, unless another object has taken that time;
4. behind its boxes, whatever the words between;
5. the time of the object next to it on the line, first the one before, then the one behind ("at 3 s a dog and a cat").

Where boxes come before the names, each goes to the name behind it. Boxes with times of their own that follow a named
one, without another name between, are its track. A box never goes to another object's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from referee_calib.claims.text.tags import Element

LONGEST_GAP = 200  # characters; what is further away is another statement
LONGEST_LINK = 30  # characters in which "at" or "to" must be found

_AT = re.compile(r"\s*[(\[]?\s*(?:at|@|around|about|near|~|from|在|于)\s*(?:time|t)?\s*[:=~]?\s*", re.IGNORECASE)
_TO = re.compile(r"\s*(?:s|secs?|seconds?|秒)?\s*(?:to|until|till|through|-|–|—|~|至|到)\s*", re.IGNORECASE)
_AND = re.compile(r"\s*(?:s|secs?|seconds?|秒)?\s*and\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s*$", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?;。！？；](?:\s|$)|[。！？]|\n")
_JOINED = re.compile(r"\s*(?:,|&|/|、|，|和|与|(?:,\s*)?(?:and|with)(?:\s+(?:the|a|an))?)\s*", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_TRACK_WORDS = frozenset(
    ["s", "and", "then", "to", "at", "now", "later", "next", "in", "box", "moves", "move", "again", "秒", "在"]
)
_MARKUP = re.compile(r"<[^<>]{0,200}>")
OBJECT_TAGS = frozenset({"obj", "ref"})
BOX_TAGS = frozenset({"box", "bbox"})


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
    track: list[Mention] = field(default_factory=list)  # further boxes of this object, each with its own moment

    @property
    def start(self) -> int:
        """Offset of the first character; a moment shared with another mention does not count."""
        return self.stretch[0]

    @property
    def end(self) -> int:
        """Offset behind the last character."""
        return self.stretch[1]

    @property
    def stretch(self) -> tuple[int, int]:
        """Both offsets at once."""
        named, boxes, moment = self.object, self.boxes, self.moment
        first = named or boxes[0]
        start, end = first.start, first.end
        if boxes:
            start, end = min(start, boxes[0].start), max(end, boxes[-1].end)
        if moment is not None and not self.shared:
            start, end = min(start, moment.first.start), max(end, moment.last.end)
        if self.track:
            far = self.track[-1].stretch
            start, end = min(start, far[0]), max(end, far[1])
        return start, end

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
        elif element.kind in OBJECT_TAGS:
            found.append(Mention(element))
        elif element.kind in BOX_TAGS:
            _add_box(text, found, element)
    _share_out_boxes(text, found)
    nameless = any(isinstance(node, Mention) and node.object is None for node in found)
    if nameless:
        _give_boxes_to_names_behind(text, found)
        found = [node for node in found if isinstance(node, Moment) or node.object is not None or node.boxes]
    with_boxes = [node for node in found if isinstance(node, Moment) or node.boxes]
    for position in range(len(with_boxes)):
        _find_moment(text, with_boxes, position)
    if nameless:
        found = _join_tracks(text, found)
        with_boxes = [node for node in found if isinstance(node, Moment) or node.boxes]
    _share_moments(text, with_boxes)
    return found


def _add_time(text: str, found: list[Node], element: Element) -> None:
    """Start a moment, or end the one before when the text says "to" between the two."""
    before = found[-1] if found else None
    if isinstance(before, Moment) and before.first is before.last and _joins(text, before, element):
        before.last = element
    else:
        found.append(Moment(element, element))


def _joins(text: str, before: Moment, element: Element) -> bool:
    link = _link(text, before, element)
    if _TO.fullmatch(link):
        return True
    return (
        _AND.fullmatch(link) is not None and _BETWEEN.search(text[max(0, before.start - 12) : before.start]) is not None
    )


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


def _share_out_boxes(text: str, nodes: Sequence[Node]) -> None:
    """Where names that "and" joins are followed by as many boxes, give each name its own."""
    run: list[Mention] = []
    for node in nodes:
        named = isinstance(node, Mention) and node.object is not None
        if not (named and isinstance(node, Mention)):
            if not (isinstance(node, Moment) and run):
                run = []
            continue
        joined = bool(run) and run[-1].object is not None and node.object is not None
        if joined and not (_JOINED.fullmatch(text[run[-1].end : node.start]) and not run[-1].boxes):
            run = []
        run.append(node)
        if len(run) > 1 and len(node.boxes) == len(run):
            for owner, box in zip(run, list(node.boxes), strict=True):
                owner.boxes[:] = [box]
            run = []


def _give_boxes_to_names_behind(text: str, nodes: Sequence[Node]) -> None:
    """Where a statement begins with a box and ends with a name without one, give every name the box before it."""
    first: Mention | None = None  # the box without a name that the statement begins with
    run: list[Mention] = []
    last: Node | None = None
    for node in nodes:
        if last is not None and not _one_statement(text, last, node):
            first, run = None, []
        last = node
        if not isinstance(node, Mention):
            continue
        if node.object is None:
            first, run = (node, []) if not run else (None, [])
        elif first is not None and len(node.boxes) == 1:
            run.append(node)
        elif first is not None and not node.boxes and node.moment is None and _names_are_behind(run, node):
            for owner in (*run, node):
                owner.boxes, first.boxes = first.boxes, owner.boxes
            first, run = None, []
        else:
            first, run = None, []


def _names_are_behind(run: Sequence[Mention], last: Mention) -> bool:
    """Tell whether each box lies no further from the name behind it than from the one before it."""
    return all(
        behind.object is not None
        and before.object is not None
        and behind.object.start - before.boxes[0].end <= before.boxes[0].start - before.object.end
        for before, behind in pairwise([*run, last])
    )


def _join_tracks(text: str, nodes: Sequence[Node]) -> list[Node]:
    """Give boxes without a name, but with a time of their own, to the named object that they follow."""
    joined: list[Node] = []
    owner: Mention | None = None
    for node in nodes:
        if not isinstance(node, Mention):
            joined.append(node)
            continue
        follows = owner is not None and owner.moment is not None and node.moment is not None and not node.object
        if follows and owner is not None and _same_track(text, owner, node):
            owner.track.append(node)
            continue
        joined.append(node)
        owner = node if node.object is not None and node.boxes else None
    return joined


def _same_track(text: str, owner: Mention, node: Mention) -> bool:
    """Tell whether nothing stands between the two that might name something else, or end the statement."""
    end = owner.end
    if not 0 <= node.start - end <= LONGEST_GAP:
        return False
    gap = _MARKUP.sub("", text[end : node.start])
    ends = any(sign in gap for sign in ".!?。！？")
    return not ends and _TRACK_WORDS.issuperset(word.lower() for word in _WORD.findall(gap))


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
    if right.start - left.end > LONGEST_GAP:
        return "."
    gap = text[left.end : right.start]
    if "<" in gap:
        gap = _MARKUP.sub("", gap)
    return gap if len(gap) <= LONGEST_LINK else "."


def _one_statement(text: str, left: Element | Node, right: Element | Node) -> bool:
    """Tell whether no sentence ends between the two; a line break alone, between two tags, ends none."""
    if right.start - left.end > LONGEST_GAP:
        return False
    gap = text[left.end : right.start]
    return not gap.strip() or _SENTENCE_END.search(gap) is None
