"""A study as a published data set (Parquet, a dataset card, Croissant metadata), and a coordinator's tables."""

from referee_calib.dataset_export.coordinator_tables import (
    COORDINATOR_TABLES,
    CoordinatorTable,
    coordinator_table,
    write_coordinator_tables,
)
from referee_calib.dataset_export.dataset_facts import LICENCES
from referee_calib.dataset_export.dataset_folder import write_dataset

__all__ = [
    "COORDINATOR_TABLES",
    "LICENCES",
    "CoordinatorTable",
    "coordinator_table",
    "write_coordinator_tables",
    "write_dataset",
]
