"""Claims from tags: named objects, their boxes and times, as `evidence_grouping` joins them."""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.claims.text.evidence_grouping import Mention, Moment, mentions_and_moments
from referee_calib.claims.text.reply_context import ReplyContext
from referee_calib.claims.text.tags import Element
from referee_calib.claims.text.times import read_time_range
from referee_calib.records import Span, TimedBox


def read_tagged_evidence(context: ReplyContext, elements: Sequence[Element], *, untimed: bool) -> None:
    """Read the claims of these elements.

    `untimed` says that the notation knows no times: its boxes stand at the start, and need no name.
    """
    for node in mentions_and_moments(context.text, elements):
        if isinstance(node, Mention):
            _mention(context, node, untimed)
        elif not node.taken:
            _free_moment(context, node)


def _mention(context: ReplyContext, mention: Mention, untimed: bool) -> None:
    named = mention.object
    stretch = mention.stretch
    phrase = named.text.strip() if named else ""
    alone = mention.moment is None and (context.still or untimed)
    if named is not None and not phrase:
        context.report("object_without_name", *stretch)
    elif not mention.boxes:
        context.report("object_without_box", *stretch)
    elif named is None and not alone:
        context.report("box_without_object", *stretch)
    else:
        boxes, span = _timed_boxes(context, mention, alone)
        more = [box for one in mention.track for box in _timed_boxes(context, one, False)[0]]
        context.claim(stretch, phrase, [*boxes, *more], None if mention.track else span)


def _timed_boxes(context: ReplyContext, mention: Mention, alone: bool) -> tuple[list[TimedBox], Span | None]:
    time, span = _time_of(context, mention)
    if time is None and not alone:
        context.report("box_without_time", mention.start, mention.end)
        return [], None
    corners = [(one, box.start) for box in mention.boxes for one in context.boxes(box.text, (box.start, box.end))]
    if time is None:
        return [context.untimed_box(one, where) for one, where in corners], None
    return [(time, *one) for one, _ in corners], span


def _time_of(context: ReplyContext, mention: Mention) -> tuple[float | None, Span | None]:
    """Read when the boxes stand: at a span's start when the text gives a span."""
    moment = mention.moment
    if moment is None:
        return None, None
    return _moment(context, moment, own=not mention.shared)


def _moment(context: ReplyContext, moment: Moment, *, own: bool) -> tuple[float | None, Span | None]:
    first, last = moment.first, moment.last
    plain = first is not last or first.text.replace(".", "").isdigit()
    two = None if plain else read_time_range(first.text)
    start = context.time(two[0] if two else first.text, (first.start, first.end), own=own)
    if start is None or (first is last and two is None):
        return start, None
    end = context.time(two[1] if two else last.text, (last.start, last.end), own=own)
    return start, None if end is None else context.span(start, end, (moment.start, moment.end), own=own)


def _free_moment(context: ReplyContext, moment: Moment) -> None:
    """Two joined times in the final answer are its span; any other time without a box is no claim."""
    stretch = (moment.start, moment.end)
    count = len(context.failures)
    start, span = _moment(context, moment, own=True)
    if len(context.failures) > count or start is None:
        return
    if span is None:
        context.report("time_without_box", *stretch)
    elif not (context.answer.holds(moment.first) and context.answer.holds(moment.last)):
        context.report("span_outside_answer", *stretch)
    else:
        context.claim(stretch, span=span)
