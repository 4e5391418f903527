"""From model text to claims.

`parse_rollout` never raises on what a model wrote: what it can read becomes a :class:`referee_calib.records.Claim`,
and everything else is a :class:`ParseFailure` with a reason. `formats` has the notations, one file each; `parse` tries
them on a reply, or reads the one that `ReadingOptions` states.
"""

from referee_calib.claims.box_units import SHARE, THOUSAND, BoxUnit, Pixels
from referee_calib.claims.formats import FORMAT_NAMES
from referee_calib.claims.parse import ParsedReply, parse_rollout
from referee_calib.claims.parse_failures import EXPLANATIONS, REASONS, UNREAD_EVIDENCE, ParseFailure, Reason
from referee_calib.claims.parse_remarks import REMARK_REASONS, REMARKS, ParseRemark
from referee_calib.claims.reading_options import BOX_ORDERS, ReadingOptions
from referee_calib.claims.reply_sections import ReplySections, reply_sections
from referee_calib.claims.rollouts import Rollout, claims_of, read_rollouts
from referee_calib.claims.text.reply_context import Duration, WrittenBox
from referee_calib.claims.time_units import TimeUnit
from referee_calib.claims.unit_check import UnitBatch, UnitCheck, UnitMistake, check_units

__all__ = [
    "BOX_ORDERS",
    "EXPLANATIONS",
    "FORMAT_NAMES",
    "REASONS",
    "REMARKS",
    "REMARK_REASONS",
    "SHARE",
    "THOUSAND",
    "UNREAD_EVIDENCE",
    "BoxUnit",
    "Duration",
    "ParseFailure",
    "ParseRemark",
    "ParsedReply",
    "Pixels",
    "ReadingOptions",
    "Reason",
    "ReplySections",
    "Rollout",
    "TimeUnit",
    "UnitBatch",
    "UnitCheck",
    "UnitMistake",
    "WrittenBox",
    "check_units",
    "claims_of",
    "parse_rollout",
    "read_rollouts",
    "reply_sections",
]
