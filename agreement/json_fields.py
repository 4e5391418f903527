"""Results as JSON: every field of a dataclass under its name, as plain Python values."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar

import numpy as np

from agreement.tables.result_frames import Tabular


class JsonFields(Tabular):
    """A dataclass that turns its fields into JSON types, and into a data frame."""

    json_names: ClassVar[dict[str, str]] = {}  # fields that have another name there

    def to_json(self) -> dict[str, Any]:
        """Return the fields as plain Python values: arrays and tuples as lists, None where there is no value."""
        names = [field.name for field in fields(self)]  # type: ignore[arg-type]
        return {self.json_names.get(name, name): plain(getattr(self, name)) for name in names}


def plain(value: Any) -> Any:
    """Return a field as plain Python values; what is not a number in an array is None."""
    if isinstance(value, np.ndarray):
        values = value.tolist()
        return [None if item != item else item for item in values] if value.ndim == 1 else values
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value.to_json() if hasattr(value, "to_json") else value
