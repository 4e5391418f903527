"""Judge cards: one page that says who a judge is, on what it was examined, what came out, and what that leaves open.

Everything on a card comes from a certificate (``referee-calib certify``); nothing is computed anew.
"""

from referee_calib.judge_card.card_document import CARD_SCHEMA, judge_card
from referee_calib.judge_card.card_page import card_page

__all__ = ["CARD_SCHEMA", "card_page", "judge_card"]
