"""The consent and instruction texts of a study: Markdown files in its folder ``onboarding/``."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from referee_calib.errors import StudyError
from referee_calib.study.onboarding.known_claims import FOLDER
from referee_calib.study.study import Study

MAX_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class OnboardingText:
    """One text as its raters read it.

    Attributes
    ----------
    name : str
        Of its file.
    text : str
        Markdown.
    digest : str
        SHA-256 of the text: who agreed to it is asked again when it changes.
    """

    name: str
    text: str
    digest: str


def consent_text(study: Study) -> OnboardingText | None:
    """Return what raters agree to, None when the study has no such file.

    Raises
    ------
    StudyError
        When the file cannot be read, or ``consent_required`` is set and it is not there.
    """
    settings = study.config.onboarding
    found = _text(study, settings.consent)
    if found is None and settings.consent_required:
        raise StudyError(
            f"{study.folder / FOLDER / settings.consent} is not there",
            "study.toml says consent_required = true, so nobody may rate without it",
            "Write that file, in Markdown.",
        )
    return found


def instructions_text(study: Study) -> OnboardingText | None:
    """Return the instructions of the study, None when it has no such file; StudyError when it cannot be read."""
    return _text(study, study.config.onboarding.instructions)


def _text(study: Study, name: str) -> OnboardingText | None:
    path = study.folder / FOLDER / name
    try:
        data = path.read_bytes()
        text = data.decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StudyError(f"{path} cannot be read", str(error)) from error
    if len(data) > MAX_BYTES or not text.strip():
        raise StudyError(f"{path} has {len(data)} bytes", f"a text that people read has 1 to {MAX_BYTES} bytes")
    return OnboardingText(name, text, hashlib.sha256(data).hexdigest())
