"""The backends that this package brings; others come by entry points (:mod:`referee_calib.referee.registry`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.referee.backend_protocol import Backend
from referee_calib.referee.backends.scripted import ScriptedBackend
from referee_calib.referee.frame_policy.policy import FramePolicy
from referee_calib.referee.referee_spec import RefereeSpec


@dataclass(frozen=True, slots=True)
class BackendKind:
    """A backend that can be named."""

    make: Callable[[RefereeSpec], Backend]
    about: str  # one line for people
    options: Mapping[str, Any] = field(default_factory=dict)  # its further parameters in ``referees.toml``
    # which of a specification's urls, revision, decoding, prompt and extra mean something to it
    takes: frozenset[str] = frozenset({"revision", "decoding", "prompt"})
    needs: str = "MODEL"  # what stands after the colon; empty for a backend without a model
    frames: Callable[[], FramePolicy] = FramePolicy  # gives its own frame policy


def _openai(spec: RefereeSpec) -> Backend:
    from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend

    return OpenAIBackend(
        list(spec.urls),
        spec.model,
        revision=spec.revision,
        decoding=spec.decoding,
        extra=spec.extra or None,
        pictures=_pictures(spec.frames or FramePolicy()),
        min_mass=spec.parser.min_mass,
        **spec.options,
    )


def _pictures(frames: FramePolicy) -> int:
    """Return how many pictures a question about one box has."""
    return int(frames.whole) + int(frames.crop)


def _vllm(spec: RefereeSpec) -> Backend:
    from referee_calib.referee.backends.vllm.vllm_backend import VllmBackend

    return VllmBackend(spec.model, revision=spec.revision, decoding=spec.decoding, **spec.options)


def _transformers(spec: RefereeSpec) -> Backend:
    from referee_calib.referee.backends.transformers.transformers_backend import TransformersBackend

    return TransformersBackend(spec.model, revision=spec.revision, decoding=spec.decoding, **spec.options)


def _pixels(spec: RefereeSpec) -> Backend:
    from referee_calib.referee.backends.pixels.pixels_backend import PixelsBackend

    if spec.model:
        raise InputError(f"referee pixels:{spec.model}", "pixels takes no argument", "Name it: pixels")
    return PixelsBackend()


def _pixels_frames() -> FramePolicy:
    from referee_calib.referee.backends.pixels.pixels_backend import FRAMES

    return FRAMES


def _scripted(spec: RefereeSpec) -> Backend:
    return ScriptedBackend.from_file(Path(spec.model))


TAKEN = frozenset({"urls", "revision", "decoding", "prompt", "extra"})
_OPENAI = {"api_key_env": str, "concurrency": int, "timeout": float, "retries": int, "deadline": float}
_OPENAI |= {"alias_of": str}
_LOCAL = {"device": str, "dtype": str, "batch": int, "share": bool, "attention": str, "images": str}

BACKENDS: dict[str, BackendKind] = {
    "openai": BackendKind(
        _openai, "openai:MODEL asks an OpenAI-compatible server: vLLM, SGLang, LMDeploy, hosted", _OPENAI, takes=TAKEN
    ),
    "vllm": BackendKind(_vllm, "vllm:MODEL runs vLLM in this process", {"engine": dict, "window": int}),
    "transformers": BackendKind(_transformers, "transformers:MODEL runs a model in this process", _LOCAL),
    "pixels": BackendKind(
        _pixels,
        "looks at pixels; judges things of one colour and one shape, needs no model",
        takes=frozenset(),
        needs="",
        frames=_pixels_frames,
    ),
    "scripted": BackendKind(
        _scripted,
        "scripted:FILE replays stored replies, JSON lines; looks at nothing",
        takes=frozenset({"prompt"}),
        needs="replies.jsonl",
    ),
}
