"""Exports of annotation tools as ratings and marks of a study: Label Studio, Potato, Argilla, CVAT."""

from referee_calib.annotation_imports.annotation_files import FORMATS, ImportedAnnotations, import_annotations
from referee_calib.annotation_imports.import_statements import AnnotationStatements, annotation_statements

__all__ = [
    "FORMATS",
    "AnnotationStatements",
    "ImportedAnnotations",
    "annotation_statements",
    "import_annotations",
]
