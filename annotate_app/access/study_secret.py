"""The study's secret: what every cookie and ticket is made with. Without it, all sign-ins end."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from referee_calib.errors import StudyError
from referee_calib.io import cannot_write, hidden_beside

SECRET_FILE = "annotation.key"  # noqa: S105  a file name


def secret_of(folder: Path) -> str:
    """Return the study's secret, made at the first call and readable by its owner alone."""
    path = folder / SECRET_FILE
    if not path.exists():
        _make_secret(path)
    secret = path.read_text(encoding="ascii", errors="replace").strip()
    if len(secret) < 32:
        raise StudyError(
            f"{path} holds no secret", "it was damaged", f"Remove it; people sign in again then: rm {path}"
        )
    return secret


def _make_secret(path: Path) -> None:
    with hidden_beside(path) as hidden:
        try:
            descriptor = os.open(hidden, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
                file.flush()
                os.fsync(file.fileno())
            os.link(hidden, path)  # whole or not at all, and never over the secret of a server that was quicker
        except FileExistsError:
            return
        except OSError as error:
            raise cannot_write(path, error) from error
