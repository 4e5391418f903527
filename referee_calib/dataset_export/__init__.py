"""A study as a published data set: Parquet tables, a dataset card, and Croissant metadata."""

from referee_calib.dataset_export.dataset_facts import LICENCES
from referee_calib.dataset_export.dataset_folder import write_dataset

__all__ = ["LICENCES", "write_dataset"]
