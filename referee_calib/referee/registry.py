"""Referees by name: the backends that there are, and the way from a name or a specification to a referee.

A name is ``pixels``, ``KIND:MODEL`` (``openai:Qwen/Qwen2.5-VL-7B-Instruct``, ``transformers:folder/``,
``scripted:replies.jsonl``), or that of a table in the study's ``referees.toml``. Further backends come by the
entry-point group ``referee_calib.backends``: a callable that takes a :class:`RefereeSpec` and returns a backend.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError, RefereeCalibError
from referee_calib.records import Clock
from referee_calib.referee import referees_toml
from referee_calib.referee.backend_protocol import AnswerAware, Backend
from referee_calib.referee.backends.builtin import BACKENDS, TAKEN, BackendKind
from referee_calib.referee.cache.reply_cache import ReplyCache
from referee_calib.referee.frame_policy.policy import FramePolicy
from referee_calib.referee.prompting.prompt import default_prompt
from referee_calib.referee.referee_spec import RefereeSpec, check_keys, check_url
from referee_calib.referee.scoring import Referee
from referee_calib.rubric import Rubric, load

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "referee_calib.backends"
BASE_URL = "REFEREE_CALIB_BASE_URL"
_OPTIONS = {name: kind.options for name, kind in BACKENDS.items()}
NOWHERE = "http://referee.invalid/v1"  # a name that never resolves (RFC 6761)


def backend_table() -> dict[str, str]:
    """Return every backend's name, those of entry points among them, with one line about it."""
    others = {one.name: f"{one.name}:MODEL, from {one.value}" for one in _entry_points()}
    return others | {name: kind.about for name, kind in BACKENDS.items()}


def read_specs(path: Path) -> dict[str, RefereeSpec]:
    """Read a ``referees.toml``; see :mod:`.referees_toml`."""
    found = referees_toml.read_specs(path, _OPTIONS)
    for name, spec in found.items():
        if spec.backend not in backend_table():
            raise _unknown(f"{path} [{name}] backend = {spec.backend!r:.60}", spec.backend, list(backend_table()))
    return found


def load_spec(name: str, *, folder: Path | None = None, changes: Mapping[str, Any] | None = None) -> RefereeSpec:
    """Return the specification that a name stands for.

    Parameters
    ----------
    name : str
    folder : Path, optional
        A study, or another folder, whose ``referees.toml`` is looked into; or that file itself.
    changes : mapping, optional
        Keys of ``referees.toml`` that are to differ; a table within changes only what it names.

    Raises
    ------
    InputError
        For an unknown name; it lists the known ones.
    """
    theirs = named_in(folder)
    if name in theirs:
        return _changed(theirs[name], folder, changes) if changes else theirs[name]
    kind, _, model = name.partition(":")
    if kind not in backend_table():
        said = f"referee {name!r:.80}"
        about = [f"{one} (in {referees_toml.NAME})" for one in theirs]
        about += [f"{one}: {words}" for one, words in backend_table().items()]
        near = get_close_matches(name, [*theirs, *backend_table()], n=1)
        hint = f"Do you mean {near[0]}? " if near else ""
        raise InputError(said, "there is no referee of that name", f"{hint}Known are {'; '.join(about)}.")
    plain = RefereeSpec(name=name if kind not in ("pixels", "scripted") else kind, backend=kind, model=model)
    return _changed(plain, folder, changes) if changes else plain


def _changed(spec: RefereeSpec, folder: Path | None, changes: Mapping[str, Any]) -> RefereeSpec:
    """Return a specification with some keys of its table changed; a backend's name takes up the model it got."""
    path = _file_of(folder)
    tables = referees_toml.read_tables(path) if path is not None else {}
    before = tables.get(spec.name, {"backend": spec.backend, "model": spec.model})
    table = referees_toml.changed(before, changes)
    place = f"referee {spec.name}"
    if "urls" in changes:
        addresses(table["urls"])
    name = f"{spec.backend}:{table['model']}" if spec.name == spec.backend and table.get("model") else spec.name
    home = None if path is None else path.parent
    return referees_toml.spec_of_table(name, table, place, _OPTIONS, home if home else folder)


def make_referee(
    spec: RefereeSpec,
    rubric: Rubric | None = None,
    *,
    folder: Path | None = None,
    cache: ReplyCache | None = None,
    offline: bool = False,
) -> Referee:
    """Make the referee of a specification.

    Parameters
    ----------
    spec : RefereeSpec
    rubric : Rubric, optional
        The package's own by default.
    folder : Path, optional
        The study, whose ``prompts`` may hold one in the rubric's language for a referee that names none.
    cache : ReplyCache, optional
    offline : bool
        Make it also where no server address is known: it can be named and compared, but not asked.

    Raises
    ------
    InputError
        When there is no such backend, it lacks a model or an address, or its prompt asks for other levels than the
        rubric has.
    MissingExtra
        When the backend needs a package that is not installed.
    """
    rubric = rubric or load()
    usual = default_prompt(rubric, folder)
    prompt = spec.prompt or usual
    spec = replace(spec, prompt=prompt)
    kind = BACKENDS.get(spec.backend)
    frames: Callable[[], FramePolicy] = FramePolicy
    if kind is None:
        backend = _third_party(spec)
    else:
        if kind.needs and not spec.model:
            example = f"{spec.backend}:{kind.needs}"
            missing = "the file with the replies" if spec.backend == "scripted" else "a model"
            raise InputError(f"referee {spec.name}", f"it needs {missing}", f"Name it: {example}, or --model")
        _check_taken(replace(spec, prompt=None) if spec.prompt == usual else spec, kind)
        backend, frames = kind.make(_located(spec, offline) if spec.backend == "openai" else spec), kind.frames
    if isinstance(backend, AnswerAware):
        backend.expect_answers(tuple(prompt.answers_on(scale) for scale in rubric.scales))
    bare = RefereeSpec(name=spec.name, backend=spec.backend, model=spec.model, clock=spec.clock)
    plain = replace(spec, prompt=None) == bare and spec.prompt == usual
    return Referee(
        spec.name,
        backend,
        rubric,
        spec.frames or frames(),
        prompt,
        spec.parser,
        cache,
        None if plain and spec.backend in ("pixels", "scripted") else spec,  # their names say everything
        spec.clock,
    )


def load_referee(
    name: str,
    *,
    rubric: Rubric | None = None,
    folder: Path | None = None,
    cache: ReplyCache | None = None,
    clock: Clock = "file",
) -> Referee:
    """Make a referee by its name.

    Parameters
    ----------
    name : str
        A key of :func:`backend_table`, with a model or file after a colon where it takes one; or a name of `folder`.
    rubric : Rubric, optional
        The study's rubric; the package's own by default.
    folder : Path, optional
        A study whose ``referees.toml`` is looked into.
    cache : ReplyCache, optional
        Where replies are kept.
    clock : {"file", "first-frame"}
        What 0 s of the claims is; a study states it.

    Raises
    ------
    InputError
        For an unknown name; it lists the known ones.
    """
    return make_referee(replace(load_spec(name, folder=folder), clock=clock), rubric, folder=folder, cache=cache)


def rebuild_referee(
    description: Mapping[str, Any],
    *,
    rubric: Rubric | None = None,
    folder: Path | None = None,
    cache: ReplyCache | None = None,
    offline: bool = False,
) -> Referee:
    """Make the referee again that a study's or a certificate's description tells of.

    Parameters
    ----------
    description : mapping
        As of :meth:`Referee.describe`.
    rubric, cache, offline
        As of :func:`make_referee`.
    folder : Path, optional
        A study whose ``referees.toml`` may say where the servers are.

    Returns
    -------
    Referee
        On the rung that was used, so that nobody is asked for it. Whether it is the same one, its fingerprint tells.
    """
    told = description.get("spec")
    if not isinstance(told, Mapping):
        clock: Clock = "first-frame" if description.get("clock") == "first-frame" else "file"
        name = str(description.get("name", ""))
        return load_referee(name, rubric=rubric, folder=folder, cache=cache, clock=clock)
    spec = RefereeSpec.from_json(told, f"referee {description.get('name', '')}")
    theirs = named_in(folder).get(spec.name)
    if theirs is not None and not spec.urls:
        spec = replace(spec, urls=theirs.urls)
    return make_referee(spec, rubric, folder=folder, cache=cache, offline=offline)


def addresses(given: Sequence[str] = ()) -> tuple[str, ...]:
    """Return server addresses: those that are given, else those of REFEREE_CALIB_BASE_URL, separated by spaces."""
    found = tuple(given) or tuple(os.environ.get(BASE_URL, "").replace(",", " ").split())
    for url in found:
        check_url(url)
    return found


def _located(spec: RefereeSpec, offline: bool) -> RefereeSpec:
    urls = spec.urls or addresses()
    if not urls and not offline:
        raise InputError(
            f"referee {spec.name}",
            "no server address is known",
            f"Give one: --base-url http://localhost:8000/v1, urls in {referees_toml.NAME}, or {BASE_URL}",
        )
    return replace(spec, urls=urls or (NOWHERE,))


def named_in(folder: Path | None) -> dict[str, RefereeSpec]:
    """Return the referees that a study's ``referees.toml`` names; none where there is no such file."""
    path = _file_of(folder)
    return {} if path is None else read_specs(path)


def _file_of(folder: Path | None) -> Path | None:
    path = None if folder is None else folder / referees_toml.NAME if folder.is_dir() else folder
    return path if path is not None and path.exists() else None


def _check_taken(spec: RefereeSpec, kind: BackendKind) -> None:
    """Refuse what a backend would pass over in silence."""
    check_keys(spec.options, list(kind.options), f"referee {spec.name} ({spec.backend})")
    plain = RefereeSpec(name=spec.name, backend=spec.backend)
    for name in sorted(TAKEN - kind.takes):
        if getattr(spec, name) != getattr(plain, name):
            raise InputError(f"referee {spec.name}: {name}", f"{spec.backend} takes none", "Leave it out.")


def _entry_points() -> list[EntryPoint]:
    from importlib.metadata import entry_points

    return [one for one in entry_points(group=GROUP) if one.name not in BACKENDS]


def _third_party(spec: RefereeSpec) -> Backend:
    for one in _entry_points():
        if one.name == spec.backend:
            return _brought(one, spec)
    raise _unknown(f"referee {spec.name}: backend {spec.backend!r:.60}", spec.backend, list(backend_table()))


def _brought(point: EntryPoint, spec: RefereeSpec) -> Backend:
    """Make the backend of another package; its mistakes are neither ours nor the user's, and are said in one line."""
    seen = f"referee {spec.name}: backend {spec.backend}"
    package = point.dist.name if point.dist is not None else point.module
    try:
        maker: Callable[[RefereeSpec], Backend] = point.load()
        return maker(spec)
    except RefereeCalibError:
        raise
    except Exception as error:  # whatever a foreign program raises
        why = f"the package {package} cannot make it ({point.value}: {type(error).__name__}: {error})"
        raise InputError(seen, why[:400], f"Mend or update {package}.") from error


def _unknown(seen: str, name: str, names: Sequence[str]) -> InputError:
    near = get_close_matches(name, names, n=1)
    return InputError(seen, "there is no such backend", f"Do you mean {near[0]}?" if near else f"Known: {names}")
