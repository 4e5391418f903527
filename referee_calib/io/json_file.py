"""Reading one JSON document from a file, and digesting one."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError


def read_json(path: Path | str, name: str, do: str = "") -> Any:
    """Read a file that is one JSON document.

    Raises InputError, which calls the file by `name` and says what to `do`, when it cannot be read or is no JSON.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(name, error.strerror or str(error), do) from error
    except (ValueError, RecursionError) as error:
        raise InputError(name, f"it is not JSON ({error})", do) from error


def json_digest(value: object) -> str:
    """Return the SHA-256 of a value of JSON types, as canonical JSON; NaN and infinities are a ValueError."""
    packed = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()
