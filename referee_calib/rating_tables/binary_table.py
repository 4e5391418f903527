"""Tables that are no text: Excel workbooks and Parquet files."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError, MissingExtra
from referee_calib.rating_tables.text_table import with_header

if TYPE_CHECKING:
    import pandas as pd


def excel_table(path: Path, data: bytes, sheet: str | None) -> pd.DataFrame:
    """Read a sheet of a workbook, whose first row names the columns; cells are as typed, empty ones without content.

    Raises
    ------
    InputError
        When the workbook cannot be read, has no such sheet, or several with cells and none is named.
    MissingExtra
        When openpyxl is not installed.
    """
    import pandas as pd

    try:
        form = {"header": None, "dtype": object, "keep_default_na": False, "engine": "openpyxl"}
        sheets: dict[Any, pd.DataFrame] = pd.read_excel(io.BytesIO(data), sheet_name=None, **form)
    except ImportError as error:
        raise MissingExtra("Excel", "excel") from error
    except Exception as error:
        raise InputError(f"{path}: {error}", "it cannot be read as an Excel workbook") from error
    held = {str(name): cells for name, cells in sheets.items() if cells.size}
    if sheet is not None and sheet not in held:
        raise InputError(f"{path}: no sheet {sheet!r} with cells", f"it has {', '.join(held) or 'none'}")
    if sheet is None and len(held) > 1:
        raise InputError(f"{path} has {len(held)} sheets: {', '.join(held)}", "one is read", "Add --sheet NAME.")
    if not held:
        return pd.DataFrame()
    cells = held[sheet] if sheet is not None else next(iter(held.values()))
    return with_header(path, cells)


def parquet_table(path: Path, data: bytes) -> pd.DataFrame:
    """Read a Parquet file without making floats of whole numbers beside gaps.

    Raises
    ------
    InputError
        When it cannot be read.
    MissingExtra
        When pyarrow is not installed.
    """
    import pandas as pd

    try:
        from pyarrow import ArrowException, parquet
    except ImportError as error:
        raise MissingExtra("Parquet", "parquet") from error
    try:
        columns = parquet.read_table(io.BytesIO(data)).to_pydict()
    except (OSError, ArrowException) as error:
        raise InputError(f"{path}: {error}", "it cannot be read as Parquet") from error
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
