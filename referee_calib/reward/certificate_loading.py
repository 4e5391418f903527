"""Loading exactly the reward that was certified, or naming what differs."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from referee_calib.errors import InputError
from referee_calib.records import DIMENSIONS
from referee_calib.reward.aggregation import Near
from referee_calib.reward.authenticity.certificate_signature import signature_caution
from referee_calib.reward.authenticity.certified_program import file_differences, version_differences
from referee_calib.reward.certificate import DO, Certificate, cautions, contradictions, read
from referee_calib.reward.combination import Mean, Min, Product, Weighted
from referee_calib.reward.penalties import Looseness, Proximity, Support, TimeR1
from referee_calib.reward.recalibrator import LevelRecalibrator
from referee_calib.reward.rollout_reward import RolloutReward
from referee_calib.rubric import Rubric, Scale

OnDifference = Literal["refuse", "warn"]
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


RewardT = TypeVar("RewardT", bound=RolloutReward)


class CertificateWarning(UserWarning):
    """Something about a certificate that whoever trains with it has to know."""


def load(
    path: Path | str,
    make: Callable[..., RewardT],
    *,
    on_difference: OnDifference = "refuse",
    signers: Path | str | None = None,
    **given: Any,
) -> RewardT:
    """Rebuild the reward of a certificate by `make`; see :meth:`SemanticEvidenceReward.from_certificate`."""
    if on_difference not in get_args(OnDifference):
        raise InputError(f"on_difference={on_difference!r:.40}", f"it is one of {', '.join(get_args(OnDifference))}")
    certificate = read(path)
    unsigned = signature_caution(Path(path), None if signers is None else Path(signers))
    with _readable(path):
        rubric = _rubric(certificate)
        parameters = _parameters(certificate["reward"]["settings"], given, certificate)
        described = {**certificate["referee"].get("description", {}), "name": certificate["referee"]["name"]}
        wrong = contradictions(certificate)
    referee = _referee(described, rubric, given.pop("referee", None), given.pop("referees", None))
    reward = make(referee, **{**parameters, **given})
    found = wrong + differences(certificate, reward.settings(), _settings(referee)) + _program(certificate, referee)
    if not found and reward.fingerprint != certificate["reward"]["fingerprint"]:  # a setting that is None or new
        found = [f"reward fingerprint: validated {certificate['reward']['fingerprint']}, here {reward.fingerprint}"]
    if found and on_difference == "refuse":
        raise InputError(
            f"certificate {path}",
            f"the reward here is not the one that was validated: {'; '.join(found)}",
            'Restore what differs, validate this one with referee-calib certify, or pass on_difference="warn".',
        )
    versions = version_differences(certificate.get("versions", {}))
    signature = (unsigned,) if unsigned else ()
    for said in (
        *signature,
        *cautions(certificate),
        *versions,
        *(f"differs from what was validated: {one}" for one in found),
    ):
        warnings.warn(f"certificate {path}: {said}", CertificateWarning, stacklevel=3)
    return reward


def _program(certificate: Certificate, referee: Any) -> list[str]:
    """Name what is not in the settings and changes what is paid: files of this package, words edited in memory."""
    found = file_differences(certificate["files"]) if "files" in certificate else []
    rubric = getattr(referee, "rubric", None)
    if isinstance(rubric, Rubric) and not rubric.intact:
        found.append(f"rubric: its words were changed in memory and are not those of version {rubric.version}")
    return found


@contextmanager
def _readable(path: Path | str) -> Iterator[None]:
    """Say of a certificate whose hash fits, but not what it holds, that it is not whole."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(f"certificate {path}", f"it is not whole ({error!r:.120})", DO) from error


def _rubric(certificate: Certificate) -> Rubric:
    words = certificate["rubric"]
    scales = {
        row["dimension"]: Scale(row["dimension"], row["title"], row["question"], row["help"], tuple(row["levels"]))
        for row in words["scales"]
    }
    return Rubric(version=words["version"], scales=tuple(scales[name] for name in DIMENSIONS if name in scales))


def differences(certificate: Certificate, reward: Mapping[str, Any], referee: Mapping[str, Any] | None) -> list[str]:
    """Name every setting that differs: "frame policy box_frames: validated 4, here 6"."""
    inside = [] if referee is None else _compare(certificate["referee"]["settings"], _plain(referee))
    outside = _compare(certificate["reward"]["settings"], _plain(reward))
    if inside:  # then they say what the fingerprint only hints at
        outside = [one for one in outside if not one.startswith(_NAMES["referee"])]
    return inside + outside


def _compare(validated: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    before, now = ({name: value for name, value in _flat(one) if value is not None} for one in (validated, here))
    return [
        f"{name}: validated {_shown_value(before, name)}, here {_shown_value(now, name)}"
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


def _shown_value(values: Mapping[str, Any], name: str) -> str:
    return json.dumps(values[name], ensure_ascii=False)[:80] if name in values else "nothing"


def _referee(told: Mapping[str, Any], rubric: Rubric, given: Any, folder: Path | str | None) -> Any:
    """Make the referee that was validated, from all that the certificate holds of it, on the rung that was used."""
    if given is not None and hasattr(given, "score"):
        return given
    from referee_calib.referee import load_referee, make_referee, rebuild_referee

    where = None if folder is None else Path(folder)
    if given is None:
        return rebuild_referee(told, rubric=rubric, folder=where)
    return load_referee(given, rubric=rubric, folder=where) if isinstance(given, str) else make_referee(given, rubric)


def _settings(referee: Any) -> Mapping[str, Any] | None:
    settings = getattr(referee, "settings", None)
    return settings() if callable(settings) else None


def _parameters(settings: Mapping[str, Any], given: Mapping[str, Any], certificate: Certificate) -> dict[str, Any]:
    """Return the reward's parameters; those that are given anew are left out."""
    held = certificate["recalibrators"]
    made = {
        "recalibrator": {name: LevelRecalibrator.from_json(row, f"certificate, {name}") for name, row in held.items()}
        or None,
        "retries": settings["retries"],
        **{key: settings["together"][key] for key in ("failure", "empty", "cap")},
        "unread": settings["together"].get("unread", "ignored"),
    }
    if settings["penalty_weight"] is not None:
        made["penalty_weight"] = settings["penalty_weight"]
    return made | {name: _part(name, settings[name]) for name in ("combine", "penalty", "near") if name not in given}


def _part(name: str, described: Mapping[str, Any] | None) -> Any:
    """Make a part of a reward again from what :func:`referee_calib.reward.fingerprint.part` says of it."""
    if described is None:
        return None
    kind = _PARTS.get(described["kind"])
    if kind is None:
        why = f"the {name} {described['kind']} is not of this package and cannot be made from its name"
        raise InputError("certificate", why, f"Pass it: from_certificate(path, {name}=…)")
    values = {key: float(v) if v in ("inf", "-inf") else v for key, v in described.items() if key != "kind"}
    return kind(**values)


def _plain(settings: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(dict(settings), allow_nan=False))
    return found
