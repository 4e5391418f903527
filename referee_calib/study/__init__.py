"""A study: one folder with its words, videos, claims, ratings and scores. Start with :class:`Study`."""

from referee_calib.study.folder import Config
from referee_calib.study.people import Rater
from referee_calib.study.sampling import stratified
from referee_calib.study.study import Added, Study

__all__ = ["Added", "Config", "Rater", "Study", "stratified"]
