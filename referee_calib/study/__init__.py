"""A study: one folder with its words, videos, claims, ratings and scores. Start with :class:`Study`.

:mod:`.study` is the door, :mod:`.handle` the open folder behind it, :mod:`.folder` and :mod:`.making` what
lies in it. All SQL is in :mod:`.schema` and the ``store`` modules. :mod:`.reading`, :mod:`.videos` and
:mod:`.importing` bring files in, :mod:`.exporting` takes them out, :mod:`.sampling` draws the claims people
rate, :mod:`.scoring` lets a referee judge them.
"""

from referee_calib.study.claim_sampling import stratified_sample
from referee_calib.study.raters import Rater
from referee_calib.study.study import AddResult, Study
from referee_calib.study.study_config import StudyConfig

__all__ = ["AddResult", "Rater", "Study", "StudyConfig", "stratified_sample"]
