"""What a rater has to do, item by item, as the app reads it."""

from referee_calib.study.worklist.rater_work import Worklist, owns, place_of, worklist
from referee_calib.study.worklist.work_item import State, WorkItem, key_of, read_key

__all__ = ["State", "WorkItem", "Worklist", "key_of", "owns", "place_of", "read_key", "worklist"]
