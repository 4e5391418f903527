"""The notations in which models write boxes and spans, one file each.

`FORMATS` holds them by name, in the order in which a reply is tried for each where none is stated: what special tags
and keys mark comes before what only looks like a box or a span.
"""

from __future__ import annotations

from referee_calib.claims.formats.boxes import (
    deepseek_tokens,
    gemini_json,
    ground_r1_tags,
    kosmos_tokens,
    molmo_points,
    open_o3_tags,
    qwen_json,
    qwen_tokens,
    ref_tags,
    satori_r1_tags,
    shikra_text,
    videochat_track,
    vstar_json,
)
from referee_calib.claims.formats.reply_format import ReplyFormat
from referee_calib.claims.formats.spans import (
    groundinggpt_text,
    qwen_events,
    stvg_r1_text,
    time_r1_text,
    timechat_text,
    tvg_r1_tags,
    videochat_glue,
    vtimellm_text,
)

_MODULES = (
    *(open_o3_tags, ref_tags, ground_r1_tags, satori_r1_tags, videochat_glue, tvg_r1_tags),
    *(kosmos_tokens, deepseek_tokens, gemini_json, qwen_json, vstar_json, qwen_events, molmo_points, stvg_r1_text),
    *(qwen_tokens, groundinggpt_text, videochat_track, shikra_text, timechat_text, vtimellm_text, time_r1_text),
)

FORMATS: dict[str, ReplyFormat] = {module.FORMAT.name: module.FORMAT for module in _MODULES}
FORMAT_NAMES: tuple[str, ...] = tuple(FORMATS)

__all__ = ["FORMATS", "FORMAT_NAMES", "ReplyFormat"]
