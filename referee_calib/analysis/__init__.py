"""Analysis: people and a referee of one study side by side, and everything that a report says about them.

:func:`analyse` reads a study, joins people and referee per dimension (:mod:`.join`), has `agreement` measure them
(:mod:`.agree`), asks the rewards themselves (:mod:`.asked`) and returns one typed :class:`Analysis`. Rows that cannot
take part are counted and named.
"""

from referee_calib.analysis.human_agreement.join import join
from referee_calib.analysis.referee_ablation import compare_referees
from referee_calib.analysis.referee_choice import choose_referee
from referee_calib.analysis.results import Analysis
from referee_calib.analysis.study_analysis import analyse

__all__ = ["Analysis", "analyse", "choose_referee", "compare_referees", "join"]
