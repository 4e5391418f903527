"""``referees.toml``: a study's referees by name.

::

    [qwen]                                   # --referee qwen
    backend = "openai"
    model = "Qwen/Qwen2.5-VL-7B-Instruct"
    revision = "cc594898137f460bfe9f0759e9844b3ce807cfb5"
    urls = ["http://localhost:8000/v1", "http://localhost:8001/v1"]
    prompt = "level-1"                       # or "levels-1", "yes-no-1", or prompts/NAME.txt of the study
    frames = "both"                          # or frame, crop, span; or a table [qwen.frames]
    concurrency = 64

    [qwen.decoding]
    rung = "exact"

    [qwen.prices]                            # per million tokens
    input = 0.20
    output = 0.60
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.frame_policy.policy import FramePolicy
from referee_calib.referee.prompting.prompt import Prompt, load_prompt
from referee_calib.referee.referee_spec import Prices, RefereeSpec, build_dataclass, check_keys, check_name, check_reads
from referee_calib.referee.reply.level_parser import Parser

NAME = "referees.toml"
KEYS = ("backend", "model", "revision", "urls", "prompt", "frames", "decoding", "reads", "min_mass", "extra", "prices")
TEXTS = ("model", "revision", "prompt")


def read_specs(path: Path, options: Mapping[str, Mapping[str, Any]]) -> dict[str, RefereeSpec]:
    """Read a file of referees; an InputError names file, table and key of what cannot be used.

    `options` are, by backend, the types of its further parameters; a backend that is not listed takes any.
    """
    specs = {}
    for name, table in read_tables(path).items():
        check_name(name, str(path))
        if not isinstance(table, dict):
            raise InputError(f"{path}: {name} = {table!r:.60}", f"a referee is a table: [{name}]")
        if name in options:
            raise InputError(f"{path} [{name}]", f"{name} is the name of a backend", "Give the referee another name.")
        specs[name] = spec_of_table(name, table, f"{path} [{name}]", options, path.parent)
    return specs


def read_tables(path: Path) -> dict[str, Any]:
    """Read a TOML file; an InputError says what is wrong with it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read", error.strerror or str(error)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}", f"it is not TOML ({error})") from error


def assigned(assignments: Sequence[str], option: str, texts: Sequence[str] = TEXTS) -> dict[str, Any]:
    """Read what was typed as ``KEY=VALUE`` (``frames=crop``, ``decoding.rung=exact``).

    A value is as in TOML, and a text needs no quotes.
    """
    found: dict[str, Any] = {}
    for one in assignments:
        key, equals, value = one.partition("=")
        quoted = f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for line in [quoted] if key.strip() in texts else [one, quoted]:
            with suppress(tomllib.TOMLDecodeError):
                table = tomllib.loads(line) if equals else {}
                break
        else:
            table = {}
        if not table:
            raise InputError(f"{option} {one!r:.60}", "it is no KEY=VALUE", f"Type it like {option} frames=crop")
        found = changed(found, table)
    return found


def changed(table: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a referee's table with some keys changed, those within its tables too."""
    merged = dict(table)
    for key, value in changes.items():
        before = merged.get(key)
        if isinstance(value, dict) and isinstance(before, str) and key == "frames":
            before = {"policy": before}
        merged[key] = changed(before, value) if isinstance(value, dict) and isinstance(before, dict) else value
    return merged


def spec_of_table(
    name: str, table: Mapping[str, Any], place: str, options: Mapping[str, Mapping[str, Any]], folder: Path | None
) -> RefereeSpec:
    """Read one referee's table; an InputError begins with the place and names the key that cannot be used."""
    given = dict(table)
    if "backend" not in given:
        raise InputError(place, "it names no backend")
    plain = {key: _text(given.pop(key), place, key) for key in ("backend", "model", "revision") if key in given}
    theirs = options.get(plain["backend"], {})
    if plain["backend"] in options:
        check_keys(given, [*KEYS, *theirs], place)
    parts: dict[str, Any] = {
        "urls": _urls(given.pop("urls", []), place),
        "prompt": _prompt(given.pop("prompt", None), place, folder),
        "frames": _frames(given.pop("frames", None), place),
        "decoding": build_dataclass(Decoding, given.pop("decoding", {}), f"{place} decoding"),
        "parser": _parser(given, place),
        "extra": _table(given.pop("extra", {}), place, "extra"),
    }
    if "prices" in given:
        parts["prices"] = build_dataclass(Prices, given.pop("prices"), f"{place} prices")
    checked = {key: _option(value, theirs.get(key), place, key) for key, value in given.items()}
    return build_dataclass(RefereeSpec, {"name": name, **plain, **parts, "options": checked}, place)


def _prompt(value: Any, place: str, folder: Path | None) -> Prompt | None:
    if value is None:
        return None
    name = _text(value, place, "prompt")
    path = Path(name)
    return Prompt.from_file(path) if path.suffix and path.is_file() else load_prompt(name, folder)


def _text(value: Any, place: str, key: str) -> str:
    if not isinstance(value, str):
        raise InputError(f"{place} {key} = {value!r:.60}", "it must be a text")
    return value


def _table(value: Any, place: str, key: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{place} {key} = {value!r:.60}", f"it must be a table: [….{key}]")
    return value


def _urls(value: Any, place: str) -> tuple[str, ...]:
    urls = [value] if isinstance(value, str) else value
    if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
        raise InputError(f"{place} urls", "it must be a list of addresses")  # unseen: one may hold a password
    return tuple(urls)


def _frames(value: Any, place: str) -> FramePolicy | None:
    if value is None:
        return None
    try:
        return FramePolicy.named(value) if isinstance(value, str) else _frame_table(value, place)
    except InputError as error:
        if error.seen.startswith(place):
            raise
        raise InputError(f"{place} frames: {error.seen}", error.why, error.do) from error


def _frame_table(value: Any, place: str) -> FramePolicy:
    """Read a table of settings; ``policy`` names the policy that they change."""
    table = dict(_table(value, place, "frames"))
    base = asdict(FramePolicy.named(_text(table.pop("policy", "both"), place, "frames policy")))
    return build_dataclass(FramePolicy, base | table, f"{place} frames")


def _parser(given: dict[str, Any], place: str) -> Parser:
    least = given.pop("min_mass", Parser().min_mass)
    if isinstance(least, bool) or not isinstance(least, (int, float)) or not 0 <= least <= 1:
        raise InputError(f"{place} min_mass = {least!r:.40}", "it must be a number from 0 to 1")
    return Parser(min_mass=float(least), reads=check_reads(given.pop("reads", "distribution"), place))


def _option(value: Any, kind: Any, place: str, key: str) -> Any:
    fits = kind is None or isinstance(value, (int, float) if kind is float else kind)
    if not fits or (isinstance(value, bool) and kind in (int, float)):
        raise InputError(f"{place} {key} = {value!r:.60}", f"it must be {kind.__name__}")
    return value
