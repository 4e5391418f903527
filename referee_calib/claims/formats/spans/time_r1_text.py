"""Time-R1 and its kin: `<answer>The event happens from 2.90 to 3.50 seconds.</answer>`, `[[2.9, 3.5], [4.0, 4.5]]`.

In words the last span of the answer is read, as Time-R1's own reading does, with those that "and" joins to it; earlier
ones are failures that are counted. In brackets all are read.
"""

from __future__ import annotations

from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.text.answer_spans import claim_answer_spans
from referee_calib.claims.text.prose import is_transcript
from referee_calib.claims.text.reply_context import ReplyContext


def _present(context: ReplyContext) -> bool:
    text = context.prose if "\\boxed{" in context.text else context.text
    said = text[context.answer.start : context.answer.end]
    if context.answer_holds_elements() or "{" in said or "<|" in said or is_transcript(said):
        return False
    return not any(one.span is not None or one.start >= context.answer.start for one in context.found)


FORMAT = ReplyFormat("time-r1", "", _present, claim_answer_spans)
