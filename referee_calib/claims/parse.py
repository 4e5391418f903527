"""Model text to claims: every claim that can be read, and a named reason for everything that cannot.

Nothing a model writes makes this raise, and the time taken grows with the length of the text, not faster.
"""

from __future__ import annotations

from dataclasses import dataclass

from referee_calib.claims.box_units import BoxUnit
from referee_calib.claims.formats import FORMATS
from referee_calib.claims.parse_failures import ParseFailure
from referee_calib.claims.parse_remarks import ParseRemark
from referee_calib.claims.reading_options import AUTO, ReadingOptions
from referee_calib.claims.text import tags
from referee_calib.claims.text.reply_context import Duration, FoundClaim, ReplyContext, WrittenBox
from referee_calib.errors import ClaimError
from referee_calib.records import Claim

IMAGE_SUFFIXES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")

# Each claim carries the answer and its own piece of text; a reply may make thousands of claims in one long answer.
LONGEST_ANSWER = 2000
LONGEST_TEXT = 1000
BY_DEFAULT = ReadingOptions()


@dataclass(frozen=True, slots=True)
class ParsedReply:
    """What a reply says.

    Attributes
    ----------
    claims : tuple of Claim
        In the order of the text; `index` counts them from 0. A claim that is made twice is here twice.
    failures : tuple of ParseFailure
        Every piece that became no claim, in the order of the text.
    answer : str
        The final answer without tags, its first 2000 characters.
    remarks : tuple of ParseRemark
        What was assumed where claims were read, in the order of the text.
    formats : tuple of str
        Notations that gave a claim.
    written : tuple of WrittenBox
        The numbers of all boxes, right or not, as the text has them.
    """

    claims: tuple[Claim, ...]
    failures: tuple[ParseFailure, ...]
    answer: str
    remarks: tuple[ParseRemark, ...] = ()
    formats: tuple[str, ...] = ()
    written: tuple[WrittenBox, ...] = ()


def parse_rollout(
    text: str,
    *,
    video: str,
    question: str,
    unit: str | BoxUnit,
    rollout: str = "",
    step: int | None = None,
    source: str = "",
    still: bool | None = None,
    options: ReadingOptions = BY_DEFAULT,
    duration: Duration = None,
) -> ParsedReply:
    """Read the claims of one model reply.

    Parameters
    ----------
    text : str
        The reply, as the model wrote it.
    video, question, rollout, step, source
        Passed on to every claim (see :class:`referee_calib.records.Claim`).
    unit : str or BoxUnit
        What the model's box numbers measure: ``"pixels:448x252"``, ``"0-1"``, ``"0-100"`` or ``"0-1000"``. A notation
        that fixes its own unit (see ``docs/reference/reply_formats.md``) is read in that, and a remark says so.
    still : bool, optional
        Whether the video is one image, so that boxes need no time and stand at 0 s; by default so for the
        file suffixes of images.
    options : ReadingOptions
        What is stated about notation, order of numbers and unit of time.
    duration : float or callable, optional
        Length of the video in seconds, or what returns it when it is asked; notations that write times as parts of it
        need it.

    Raises
    ------
    ClaimError
        When the video is not named, or unit or format are unknown; never because of the text.
    """
    if not video:
        raise ClaimError(f"rollout {rollout or '(none)'}", "it names no video")
    if still is None:
        still = video.lower().endswith(IMAGE_SUFFIXES)
    context = ReplyContext(
        tags.clean(text),
        unit=BoxUnit.parse(unit),
        options=options,
        still=still,
        duration=duration,
        question=question,
        rollout=rollout,
    )
    formats = _read(context)
    found = sorted(context.found, key=_place) if len(context.found) > 1 else context.found
    if not found and not context.failures:
        context.report("no_evidence", 0, len(context.text))
    answer = tags.without_tags(context.text[context.answer.start : context.answer.end])[:LONGEST_ANSWER]
    claims = tuple(
        Claim(
            video=video,
            question=question,
            answer=answer,
            object=piece.object,
            boxes=piece.boxes,
            span=piece.span,
            rollout=rollout,
            index=index,
            step=step,
            source=source,
            text=context.text[piece.start : min(piece.end, piece.start + LONGEST_TEXT)],
        )
        for index, piece in enumerate(found)
    )
    failures = tuple(sorted(context.failures, key=_where)) if context.failures else ()
    remarks = tuple(sorted(context.remarks, key=_where)) if context.remarks else ()
    return ParsedReply(claims, failures, answer, remarks, formats, tuple(context.written))


def _read(context: ReplyContext) -> tuple[str, ...]:
    """Read the stated notation, or each that the reply shows; return those that gave a claim."""
    stated, text = context.options.format, context.text
    if stated != AUTO:
        if stated not in FORMATS:
            raise ClaimError(f"format {stated!r:.40}", f"it is {AUTO}, or one of {', '.join(FORMATS)}")
        FORMATS[stated].read(context)
        return (stated,) if context.found else ()
    gave = []
    for one in [one for one in FORMATS.values() if one.sign in text]:
        before = len(context.found)
        if one.present(context):
            one.read(context)
            if len(context.found) > before:
                gave.append(one.name)
    return tuple(gave)


def _place(piece: FoundClaim) -> tuple[int, int]:
    return piece.start, piece.end


def _where(piece: ParseFailure | ParseRemark) -> int:
    return piece.where
