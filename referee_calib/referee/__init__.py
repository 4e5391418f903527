"""Referees: who judges a claim, and how it is asked.

A referee has three parts that do not know each other. **Frames and prompt** (:mod:`.frame_policy`,
:mod:`.prompting`) decide what is shown and asked; a **backend** (:mod:`.backends`) carries the question and
brings back a raw reply; the **parser** (:mod:`.reply`) reads it. :class:`Referee` (:mod:`.scoring`)
runs them over claims, decodes every video once, and names the whole by its fingerprint.

Importing this package loads no image library; the backend does, when it is made.
"""

from __future__ import annotations

from referee_calib.io import media_file
from referee_calib.referee.backend_protocol import Backend, ServedBackend, StreamingBackend
from referee_calib.referee.backends.scripted import ScriptedBackend
from referee_calib.referee.cache.reply_cache import ReplyCache, open_cache
from referee_calib.referee.cost_estimate import CostEstimate, estimate_cost
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.frame_policy.encoded_picture import Picture
from referee_calib.referee.frame_policy.policy import FramePolicy
from referee_calib.referee.frame_policy.rendered_views import Clip, View
from referee_calib.referee.prompting.injections import injections
from referee_calib.referee.prompting.prompt import LEVELS, YES_NO, Prompt, load_prompt
from referee_calib.referee.question import Ask, Question, Reply, asks_about
from referee_calib.referee.referee_spec import Prices, RefereeSpec
from referee_calib.referee.registry import (
    backend_table,
    load_referee,
    load_spec,
    make_referee,
    read_specs,
    rebuild_referee,
)
from referee_calib.referee.reply.level_parser import ParsedLevel, Parser
from referee_calib.referee.scoring import Referee
from referee_calib.referee.text_questions import TextModel, ask_in_words

__all__ = [
    "LEVELS",
    "YES_NO",
    "Ask",
    "Backend",
    "Clip",
    "CostEstimate",
    "Decoding",
    "FramePolicy",
    "ParsedLevel",
    "Parser",
    "Picture",
    "Prices",
    "Prompt",
    "Question",
    "Referee",
    "RefereeSpec",
    "Reply",
    "ReplyCache",
    "ScriptedBackend",
    "ServedBackend",
    "StreamingBackend",
    "TextModel",
    "View",
    "ask_in_words",
    "asks_about",
    "backend_table",
    "estimate_cost",
    "injections",
    "load_prompt",
    "load_referee",
    "load_spec",
    "make_referee",
    "media_file",
    "open_cache",
    "read_specs",
    "rebuild_referee",
]
