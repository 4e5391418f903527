"""A reward from a file: what trainers that take a function, the reward server and the preflight are told to pay.

::

    # reward.toml; paths are relative to it
    certificate = "certificate.json"      # or: referee = "openai:Qwen/Qwen2.5-VL-7B-Instruct"
    media = "videos"
    unit = "pixels:448x252"
    failure = 0.0
    log = "rewards"
    [columns]
    video = "video_path"

Of a reward that is put together, the parts are tables::

    kind = "gated"
    answer_weight = 0.3
    [answer]
    grade = "rouge"
    right_from = 0.5
    [evidence]
    certificate = "certificate.json"
    media = "videos"
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.reward.baselines.constant import ConstantReward, WholeFrameReward
from referee_calib.reward.baselines.geometric import GeometricReward
from referee_calib.reward.composites import GRADES, AnswerGrade, Consistency, Gated, OpenO3Vote, SupportReward
from referee_calib.reward.rollout_reward import RolloutReward
from referee_calib.reward.semantic import SemanticEvidenceReward

KINDS: dict[str, type[RolloutReward]] = {
    "semantic": SemanticEvidenceReward,
    "geometric": GeometricReward,
    "constant": ConstantReward,
    "whole-frame": WholeFrameReward,
    "support": SupportReward,
    "open-o3-vote": OpenO3Vote,
    "gated": Gated,
    "consistency": Consistency,
}
_PATHS = ("media", "log", "referees", "recalibrator", "certificate", "signers")
_OF_CERTIFICATES = ("certificate", "on_difference", "signers")
_MADE_IN_CODE = ("penalty", "near", "combine")  # objects, of which a file can only name one


def load_reward(where: Path | str, **given: Any) -> RolloutReward:
    """Make the reward of a file.

    Parameters
    ----------
    where : path
        A ``reward.toml``, or a certificate (``.json``).
    **given
        Parameters of the reward; they win over those of the file.

    Raises
    ------
    InputError
        Naming the file and the key that is unknown, or what it lacks.
    """
    path = Path(where)
    if path.suffix == ".json":
        return SemanticEvidenceReward.from_certificate(path, **given)
    return _made(path, _read(path) | given)


def _made(path: Path, stated: dict[str, Any]) -> RolloutReward:
    kind = stated.pop("kind", "semantic")
    if kind not in KINDS:
        raise InputError(f"{path}: kind = {kind!r:.40}", f"a kind is one of {', '.join(KINDS)}")
    if isinstance(stated.get("evidence"), dict):
        stated["evidence"] = _made(path, _with_paths(path, stated["evidence"]))
    if isinstance(stated.get("answer"), dict):
        stated["answer"] = _grade(path, dict(stated["answer"]))
    make = _maker(path, KINDS[kind], stated)
    try:
        return make(**stated)
    except TypeError as error:  # a parameter that the class must have
        raise InputError(f"{path}", " ".join(str(error).split())) from error


def _maker(path: Path, kind: type[RolloutReward], stated: Mapping[str, Any]) -> Callable[..., RolloutReward]:
    known = {one.name for one in fields(kind) if one.init}
    certified = "certificate" in stated
    unknown = sorted(set(stated) - known - set(_OF_CERTIFICATES if kind is SemanticEvidenceReward else ()))
    if unknown:
        raise InputError(f"{path}: {', '.join(unknown)}", f"a {kind.__name__} knows {', '.join(sorted(known))}")
    if not certified:
        return kind

    def load(certificate: Path, **given: Any) -> RolloutReward:
        return SemanticEvidenceReward.from_certificate(certificate, **given)

    return load


def _read(path: Path) -> dict[str, Any]:
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"reward file {path}", f"it cannot be read ({error})") from error
    stated = _with_paths(path, stated)
    written = [name for name in _MADE_IN_CODE if isinstance(stated.get(name), dict)]
    if written:
        raise InputError(f"{path}: [{written[0]}]", "such an object is made in code, or comes with a certificate")
    return stated


def _with_paths(path: Path, stated: Mapping[str, Any]) -> dict[str, Any]:
    """Take the paths of a table relative to its file."""
    return {
        name: path.parent / value if name in _PATHS and isinstance(value, str) else value
        for name, value in stated.items()
    }


def _grade(path: Path, stated: dict[str, Any]) -> AnswerGrade:
    name = stated.pop("grade", "")
    if name not in GRADES:
        raise InputError(f"{path}: [answer] grade = {name!r:.40}", f"a grade is one of {', '.join(GRADES)}")
    try:
        return GRADES[name](**stated)
    except TypeError as error:
        raise InputError(f"{path}: [answer]", " ".join(str(error).split())) from error
