"""Whether the numbers of a whole batch of boxes can mean what was stated about them."""

from referee_calib.claims.unit_check.unit_batch import UnitBatch
from referee_calib.claims.unit_check.unit_decision import UnitCheck, UnitFinding, UnitMistake, check_units
from referee_calib.claims.unit_check.unit_readings import UnitReading

__all__ = ["UnitBatch", "UnitCheck", "UnitFinding", "UnitMistake", "UnitReading", "check_units"]
