"""Annotations that were collected in another tool, as ratings and marks of a study; nothing is lost in silence."""

from referee_calib.annotation_reading.annotation_store import StoredAnnotations, store_annotations
from referee_calib.annotation_reading.annotations_read import AnnotationsRead, NotTaken
from referee_calib.annotation_reading.level_values import NO_VALUE, SKIP_REASONS, LevelValue, LevelValues
from referee_calib.annotation_reading.plain_xml import plain_xml

__all__ = [
    "NO_VALUE",
    "SKIP_REASONS",
    "AnnotationsRead",
    "LevelValue",
    "LevelValues",
    "NotTaken",
    "StoredAnnotations",
    "plain_xml",
    "store_annotations",
]
