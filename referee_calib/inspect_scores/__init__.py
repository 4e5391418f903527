"""Inspect AI's files of precomputed scores (``inspect_ai.scorer.precomputed_scores``): a study's levels in and out.

The form, as of inspect_ai 0.3.285: JSON lines, a record per sample with ``id`` and ``value`` and, where wanted,
``epoch``, ``answer``, ``explanation`` and ``metadata``. Here a sample is a claim, and each judge has a file for each
dimension. One file for all of them would be wrong: Inspect's means take a missing level inside a value for 0, and only
a sample without a record for one that was not scored.
"""

from referee_calib.inspect_scores.score_files import write_score_files
from referee_calib.inspect_scores.score_records import FIELDS, Judgements, judgements_of_record

__all__ = ["FIELDS", "Judgements", "judgements_of_record", "write_score_files"]
