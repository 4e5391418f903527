"""Voting over several replies to one question: by what their evidence is worth, beside the majority.

:func:`hold_votes` takes replies with their weights, which :func:`weights_by` gets from any reward; the result says
which answer each question gets, and how often that is right.
"""

from referee_calib.voting.answer_kinds import ANSWER_KINDS
from referee_calib.voting.question_vote import Ballot, Candidate, QuestionVote
from referee_calib.voting.reply_weights import weight_of, weights_by
from referee_calib.voting.vote_result import BY, VoteResult, hold_votes

__all__ = [
    "ANSWER_KINDS",
    "BY",
    "Ballot",
    "Candidate",
    "QuestionVote",
    "VoteResult",
    "hold_votes",
    "weight_of",
    "weights_by",
]
