"""Certificates: load exactly the reward that was validated, or name what differs.

A certificate (``referee-calib certify``) holds a verdict and everything the reward is made of: settings, rubric with
its words, the referee's settings, recalibrators. Its SHA-256 shows that a file was changed by accident; it is no
signature.
"""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from referee_calib.errors import InputError
from referee_calib.records import DIMENSIONS
from referee_calib.reward.aggregation import Near
from referee_calib.reward.combination import Mean, Min, Product, Weighted
from referee_calib.reward.fingerprint import fingerprint
from referee_calib.reward.penalties import Looseness, Proximity, Support, TimeR1
from referee_calib.rubric import Rubric, Scale
from referee_calib.rubric import digest as rubric_digest

if TYPE_CHECKING:
    from referee_calib.reward.semantic import SemanticEvidenceReward

SCHEMA = "referee-calib/certificate/1"
OnDifference = Literal["refuse", "warn"]
DO = "Make one with: referee-calib certify STUDY --out CERT.json"
Json = Mapping[str, Any]

_PARTS: dict[str, type] = {
    kind.__name__: kind for kind in (Mean, Min, Product, Weighted, Near, Looseness, Proximity, Support, TimeR1)
}
_NAMES = {
    "backend": "backend",
    "frames": "frame policy",
    "combine": "combination",
    "together": "reply",
    "near": "one target",
    "referee": "referee fingerprint",
}
_NUMBER = (int, float)
_WHOLE: dict[str, tuple[type, ...]] = {  # what a certificate has to hold, and of which type
    "simulated": (bool,),
    "verdict.state": (str,),
    "verdict.sentence": (str,),
    "reward.fingerprint": (str,),
    "reward.settings": (dict,),
    "reward.settings.referee": (str,),
    "reward.settings.retries": (int,),
    "reward.settings.combine": (dict,),
    "reward.settings.penalty": (dict, type(None)),
    "reward.settings.penalty_weight": (*_NUMBER, type(None)),
    "reward.settings.near": (dict,),
    "reward.settings.together.failure": (str, *_NUMBER),
    "reward.settings.together.empty": _NUMBER,
    "reward.settings.together.cap": (int,),
    "referee.name": (str,),
    "referee.fingerprint": (str,),
    "referee.settings": (dict,),
    "rubric.version": (str,),
    "rubric.scales": (list,),
    "recalibrators": (dict,),
}


class CertificateWarning(UserWarning):
    """Something about a certificate that whoever trains with it has to know."""


def digest(certificate: Json) -> str:
    """Return the SHA-256 of a certificate without its own ``sha256``, as canonical JSON."""
    rest = {key: value for key, value in certificate.items() if key != "sha256"}
    packed = json.dumps(rest, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()


def read(path: Path | str) -> dict[str, Any]:
    """Read a certificate and check that it is whole.

    Raises
    ------
    InputError
        When the file cannot be read, is something else, or was changed since it was written.
    """
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"certificate {path}", error.strerror or str(error), DO) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"certificate {path}", f"it is not JSON ({error})", DO) from error
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise InputError(f"certificate {path}", f"its schema is not {SCHEMA!r}", DO)
    try:
        whole = digest(found) == found.get("sha256")
    except ValueError as error:
        raise InputError(f"certificate {path}", "it holds a number that JSON does not know", DO) from error
    if not whole:
        raise InputError(f"certificate {path}", "it was changed after it was written: its sha256 does not fit", DO)
    if lacking := [said for name, kinds in _WHOLE.items() if (said := _lacks(found, name, kinds))]:
        raise InputError(f"certificate {path}", f"it is not whole: {'; '.join(lacking)}", DO)
    return found


def _lacks(certificate: Json, name: str, kinds: tuple[type, ...]) -> str:
    value: Any = certificate
    for key in name.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return f"{name} is missing"
        value = value[key]
    fits = isinstance(value, kinds) and (not isinstance(value, bool) or bool in kinds)
    return "" if fits else f"{name} is {json.dumps(value, ensure_ascii=False):.40}"


def load(path: Path | str, *, on_difference: OnDifference = "refuse", **given: Any) -> SemanticEvidenceReward:
    """Rebuild the reward of a certificate; see :meth:`SemanticEvidenceReward.from_certificate`."""
    from referee_calib.reward.semantic import SemanticEvidenceReward

    if on_difference not in get_args(OnDifference):
        raise InputError(f"on_difference={on_difference!r:.40}", f"it is one of {', '.join(get_args(OnDifference))}")
    certificate = read(path)
    with _readable(path):
        rubric = _rubric(certificate)
        parameters = _parameters(certificate["reward"]["settings"], given, certificate)
        told = {**certificate["referee"].get("description", {}), "name": certificate["referee"]["name"]}
        wrong = contradictions(certificate)
    referee = _referee(told, rubric, given.pop("referee", None), given.pop("referees", None))
    reward = SemanticEvidenceReward(referee, **{**parameters, **given})
    found = wrong + differences(certificate, reward.settings(), _settings(referee))
    if not found and reward.fingerprint != certificate["reward"]["fingerprint"]:  # a setting that is None or new
        found = [f"reward fingerprint: validated {certificate['reward']['fingerprint']}, here {reward.fingerprint}"]
    if found and on_difference == "refuse":
        raise InputError(
            f"certificate {path}",
            f"the reward here is not the one that was validated: {'; '.join(found)}",
            'Restore what differs, validate this one with referee-calib certify, or pass on_difference="warn".',
        )
    for said in (*_cautions(certificate), *(f"differs from what was validated: {one}" for one in found)):
        warnings.warn(f"certificate {path}: {said}", CertificateWarning, stacklevel=3)
    return reward


@contextmanager
def _readable(path: Path | str) -> Iterator[None]:
    """Say of a certificate whose hash fits, but not what it holds, that it is not whole."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(f"certificate {path}", f"it is not whole ({error!r:.120})", DO) from error


def contradictions(certificate: Json) -> list[str]:
    """Name every fingerprint or version in a certificate that does not fit what the same certificate holds.

    Parameters
    ----------
    certificate : dict
    """
    reward, referee, rubric = certificate["reward"], certificate["referee"], certificate["rubric"]
    stated, digested = rubric["version"], f"{rubric['version'].rpartition('-')[0]}-{_words(rubric['scales'])}"
    pairs = (
        ("reward fingerprint", reward["fingerprint"], "its settings", fingerprint(reward["settings"])),
        ("referee fingerprint", referee["fingerprint"], "the reward's settings", reward["settings"]["referee"]),
        ("rubric version", stated, "its words", digested),
        ("rubric version", stated, "the referee's settings", referee["settings"].get("rubric", stated)),
    )
    return [f"{name}: the certificate states {a}, {by} give {b}" for name, a, by, b in pairs if a != b]


def _words(scales: list[Json]) -> str:
    return rubric_digest(
        {row["dimension"]: {key: row[key] for key in ("title", "question", "help", "levels")} for row in scales}
    )


def _rubric(certificate: Json) -> Rubric:
    words = certificate["rubric"]
    scales = {
        row["dimension"]: Scale(row["dimension"], row["title"], row["question"], row["help"], tuple(row["levels"]))
        for row in words["scales"]
    }
    return Rubric(version=words["version"], scales=tuple(scales[name] for name in DIMENSIONS))


def differences(certificate: Json, reward: Json, referee: Json | None) -> list[str]:
    """Name every setting that differs: "frame policy box_frames: validated 4, here 6".

    Parameters
    ----------
    certificate : dict
    reward, referee : dict
        Settings of the reward that is here and of its referee; None for a referee that does not tell them.
    """
    inside = [] if referee is None else _compare(certificate["referee"]["settings"], _plain(referee))
    outside = _compare(certificate["reward"]["settings"], _plain(reward))
    if inside:  # then they say what the fingerprint only hints at
        outside = [one for one in outside if not one.startswith(_NAMES["referee"])]
    return inside + outside


def _compare(validated: Json, here: Json) -> list[str]:
    before, now = ({name: value for name, value in _flat(one) if value is not None} for one in (validated, here))
    return [
        f"{name}: validated {_said(before, name)}, here {_said(now, name)}"
        for name in dict.fromkeys((*before, *now))
        if name not in before or name not in now or before[name] != now[name]
    ]


def _flat(settings: Any, at: str = "") -> list[tuple[str, Any]]:
    if not isinstance(settings, Mapping) or not settings:
        return [(at, settings)]
    return [
        row
        for key, value in settings.items()
        for row in _flat(value, f"{at} {key}" if at else _NAMES.get(key, key.replace("_", " ")))
    ]


def _said(values: Mapping[str, Any], name: str) -> str:
    return json.dumps(values[name], ensure_ascii=False)[:80] if name in values else "nothing"


def _cautions(certificate: Json) -> list[str]:
    said = []
    if certificate["simulated"]:
        said.append("it rests on SIMULATED ratings and says nothing about people")
    if certificate["verdict"]["state"] != "pass":
        said.append(f'its verdict is "{certificate["verdict"]["state"]}": {certificate["verdict"]["sentence"]}')
    else:  # else the sentence holds them
        said += certificate["verdict"].get("gaps", [])
    return said


def _referee(told: Json, rubric: Rubric, given: Any, folder: Path | str | None) -> Any:
    """Make the referee that was validated, from all that the certificate holds of it, on the rung that was used."""
    if given is not None and hasattr(given, "score"):
        return given
    from referee_calib.referee import load_referee, make_referee, rebuild_referee

    where = None if folder is None else Path(folder)
    if given is None:
        return rebuild_referee(told, rubric=rubric, folder=where)
    return load_referee(given, rubric=rubric, folder=where) if isinstance(given, str) else make_referee(given, rubric)


def _settings(referee: Any) -> Json | None:
    settings = getattr(referee, "settings", None)
    return settings() if callable(settings) else None


def _parameters(settings: Json, given: Json, certificate: Json) -> dict[str, Any]:
    """Return the reward's parameters; those that are given anew are left out."""
    from referee_calib.reward.recalibrator import Recalibrator

    held = certificate["recalibrators"]
    made = {
        "recalibrator": {name: Recalibrator.from_json(row, f"certificate, {name}") for name, row in held.items()}
        or None,
        "retries": settings["retries"],
        **{key: settings["together"][key] for key in ("failure", "empty", "cap")},
    }
    if settings["penalty_weight"] is not None:
        made["penalty_weight"] = settings["penalty_weight"]
    return made | {name: _part(name, settings[name]) for name in ("combine", "penalty", "near") if name not in given}


def _part(name: str, described: Json | None) -> Any:
    """Make a part of a reward again from what :func:`referee_calib.reward.fingerprint.part` says of it."""
    if described is None:
        return None
    kind = _PARTS.get(described["kind"])
    if kind is None:
        why = f"the {name} {described['kind']} is not of this package and cannot be made from its name"
        raise InputError("certificate", why, f"Pass it: from_certificate(path, {name}=…)")
    values = {key: float(v) if v in ("inf", "-inf") else v for key, v in described.items() if key != "kind"}
    return kind(**values)


def _plain(settings: Json) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(dict(settings), allow_nan=False))
    return found
