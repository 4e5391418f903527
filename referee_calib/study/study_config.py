"""What lies where in a study folder, and its ``study.toml``.

::

    STUDY/
    ├── study.toml    written last by `init`: where it is, there is a whole study
    ├── study.db      claims, ratings, scores, raters (SQLite; or they lie in PostgreSQL, as [storage] says)
    ├── rubric.toml   only when the study has words of its own
    └── media/        the videos; claims name them by their path in here
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from referee_calib.errors import StudyError
from referee_calib.io import write_bytes
from referee_calib.records import CLOCKS, Clock
from referee_calib.study.settings import (
    AssignmentSettings,
    LabelStudioSettings,
    OnboardingSettings,
    PeopleSettings,
    QualitySettings,
    RatingPageSettings,
    SettingsTable,
    StorageSettings,
    read_settings,
    settings_toml,
)
from referee_calib.thresholds import TABLE, Thresholds
from referee_calib.thresholds import read as read_thresholds

FORMAT = 1
CONFIG, MEDIA = "study.toml", "media"
TABLES = "tables"  # the table of study.toml that a study from tables has

_TEMPLATE = """\
# A study of referee-calib. `referee-calib doctor STUDY` checks it.
format = {format}
name = {name}
created = {created}
{rubric}# true when ratings in this study were made by a program and not by people
simulated_ratings = {simulated}
# what 0 s of the claims is: "first-frame", or "file" for the file's own clock, which may begin elsewhere
clock = "{clock}"

[sampling]
# the last `referee-calib sample`: how many claims people rate, and the seed they were drawn with
claims = {claims}
seed = {seed}
# further claims were drawn until each kind (object size, span length) had this many; they speak for their kind alone
per_kind = {per_kind}

[annotation]
# each rater sees the claims in an order of their own, drawn with this seed
order_seed = {order_seed}
{features}{thresholds}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyConfig:
    """What ``study.toml`` says.

    Attributes
    ----------
    name : str
        The study's title, as people see it.
    created : str
        ISO 8601, UTC.
    rubric : str
        Path of the study's own rubric, relative to its folder; empty for the default words.
    simulated_ratings : bool
        True when some ratings were made by a program and not by people.
    clock : {"file", "first-frame"}
        What 0 s of the claims is; of a study that does not say, the file's own clock.
    sample_claims, sample_seed : int
        The last draw of claims for people to rate; 0 claims when none was made.
    sample_per_kind : int
        How many claims of each kind it should at least hold, by further claims; 0 for a plain draw.
    order_seed : int
        Seed of the raters' orders.
    thresholds : Thresholds
        What a referee has to reach; its ``stated`` names those that stand in the file.
    assignment, label_studio, onboarding, people, quality, rating_page, storage
        Settings of one feature each, see :mod:`referee_calib.study.settings`; a table of the file each.
    """

    name: str
    created: str
    rubric: str = ""
    simulated_ratings: bool = False
    clock: Clock = "file"
    sample_claims: int = 0
    sample_seed: int = 0
    sample_per_kind: int = 0
    order_seed: int = 0
    thresholds: Thresholds = field(default_factory=Thresholds)
    assignment: AssignmentSettings = field(default_factory=AssignmentSettings)
    label_studio: LabelStudioSettings = field(default_factory=LabelStudioSettings)
    onboarding: OnboardingSettings = field(default_factory=OnboardingSettings)
    people: PeopleSettings = field(default_factory=PeopleSettings)
    quality: QualitySettings = field(default_factory=QualitySettings)
    rating_page: RatingPageSettings = field(default_factory=RatingPageSettings)
    storage: StorageSettings = field(default_factory=StorageSettings)
    format: int = field(default=FORMAT, init=False)


_TOP = {"format": int, "name": str, "created": str, "rubric": str, "simulated_ratings": bool, "clock": str}
_TABLES: dict[str, dict[str, type]] = {
    "sampling": {"claims": int, "seed": int, "per_kind": int},
    "annotation": {"order_seed": int},
}
_FEATURES: tuple[type[SettingsTable], ...] = (
    AssignmentSettings,
    LabelStudioSettings,
    OnboardingSettings,
    PeopleSettings,
    QualitySettings,
    RatingPageSettings,
    StorageSettings,
)


def read_config(folder: Path) -> StudyConfig:
    """Read and check a study's ``study.toml``.

    Raises StudyError when the folder holds no study, a study of a newer format, or a file that is damaged.
    """
    path = folder / CONFIG
    data = _load(folder, path)
    _check_format(folder, data.get("format"))
    if TABLES in data:
        raise StudyError(
            f"{folder} is a study from tables",
            "it has no claims and no videos, which this verb needs",
            f"Type: referee-calib report {folder}",
        )
    if data.get("clock", "file") not in CLOCKS:
        raise StudyError(f"{path}: clock = {data['clock']!r:.80}", f"it is one of {', '.join(CLOCKS)}")
    tables = {name: data.pop(name, {}) for name in _TABLES}
    features: dict[str, Any] = {one.TABLE: read_settings(one, data.pop(one.TABLE, {}), str(path)) for one in _FEATURES}
    thresholds = read_thresholds(data.pop(TABLE, None), str(path))
    _check(path, data, _TOP)
    for name, keys in _TABLES.items():
        _check(path, tables[name], keys, f"[{name}] ")
    missing = [key for key in ("name", "created") if key not in data]
    if missing:
        raise StudyError(f"{path} has no {' and no '.join(missing)}", "it was damaged or edited")
    data.pop("format")
    sampling, annotation = tables["sampling"], tables["annotation"]
    return StudyConfig(
        **data,
        **features,
        sample_claims=sampling.get("claims", 0),
        sample_seed=sampling.get("seed", 0),
        sample_per_kind=sampling.get("per_kind", 0),
        order_seed=annotation.get("order_seed", 0),
        thresholds=thresholds,
    )


def write_config(folder: Path, config: StudyConfig) -> None:
    """Write ``study.toml`` in one step."""
    text = _TEMPLATE.format(
        format=config.format,
        name=_toml_string(config.name),
        created=_toml_string(config.created),
        rubric=f"rubric = {_toml_string(config.rubric)}\n" if config.rubric else "",
        clock=config.clock,
        simulated=str(config.simulated_ratings).lower(),
        claims=config.sample_claims,
        seed=config.sample_seed,
        per_kind=config.sample_per_kind,
        order_seed=config.order_seed,
        features="".join(settings_toml(getattr(config, one.TABLE)) for one in _FEATURES),
        thresholds=config.thresholds.toml(),
    )
    write_bytes(folder / CONFIG, text.encode())


def _load(folder: Path, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StudyError(
            f"{folder} is not a study folder", f"it has no {CONFIG}", f"Make one: referee-calib init {folder}"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise StudyError(f"{path} cannot be read", str(error)) from error


def _check_format(folder: Path, version: Any) -> None:
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise StudyError(f"{folder / CONFIG} has format {version!r}", f"a format is a number from 1 to {FORMAT}")
    if version > FORMAT:
        raise StudyError(
            f"study {folder} has format {version}, this version reads up to {FORMAT}",
            "it was made by a newer referee-calib",
            "Type: pip install --upgrade referee-calib",
        )


def _check(path: Path, table: Any, keys: dict[str, type], place: str = "") -> None:
    if not isinstance(table, dict):
        raise StudyError(f"{path}: {place}is not a table", "it was damaged or edited")
    unknown = sorted(set(table) - set(keys))
    if unknown:
        raise StudyError(f"{path}: {place}{', '.join(unknown)}", f"only {', '.join(keys)} are known here")
    for key, value in table.items():
        if type(value) is not keys[key]:
            raise StudyError(f"{path}: {place}{key} = {value!r:.80}", f"it must be {keys[key].__name__}")


def _toml_string(text: str) -> str:
    # TOML's basic strings take JSON's escapes, except that TOML also wants DEL escaped
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
