"""``referee-calib replies``: the stored replies of a study's referees, written to a file or parsed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from referee_calib.cli import common
from referee_calib.errors import InputError, RefereeCalibError

if TYPE_CHECKING:
    from referee_calib.referee import Referee
    from referee_calib.study import Study

_referee = click.option("--referee", "name", metavar="NAME", required=True, help="Its name, or its fingerprint.")
_cache = click.option("--cache", metavar="FILE|none", help="Where replies are kept, if not in the user's cache folder.")


@click.group(short_help="Export or parse again what a referee replied.")
def command() -> None:
    """Look at what a referee replied. Nobody is asked.

    \b
    Examples:
      referee-calib replies export mystudy replies.jsonl --referee qwen
      referee-calib replies reparse mystudy --referee qwen
    """  # noqa: D301


@command.command()
@common.study_argument
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@_referee
@_cache
@common.options("json")
def export(study: Path, file: Path, name: str, cache: str | None, as_json: bool) -> None:
    """Write the raw replies as JSON lines; --referee scripted:FILE replays them."""
    from referee_calib.study import Study
    from referee_calib.study.raw_replies import export_replies

    with Study.open(study) as opened:
        fingerprint, referee = _stored(opened, name, cache)
        count = export_replies(opened, fingerprint, file, referee)
    text = f"Wrote {count} replies of referee {fingerprint} to {file}."
    common.result({"replies": count, "referee": fingerprint, "file": str(file)}, text, as_json=as_json)


@command.command()
@common.study_argument
@_referee
@_cache
@common.options("json")
def reparse(study: Path, name: str, cache: str | None, as_json: bool) -> None:
    """Read the stored replies with the parser of this version, set as the study's referees.toml says."""
    from referee_calib.referee import Parser
    from referee_calib.referee.registry import named_in
    from referee_calib.study import Study
    from referee_calib.study.raw_replies import reread

    with Study.open(study) as opened:
        _, source = _stored(opened, name, cache)
        if source is None:
            why = "the study does not say what it was made of, so it cannot be read again"
            raise InputError(f"referee {name}", why)
        wanted = named_in(opened.folder).get(source.name)
        parser = wanted.parser if wanted is not None else replace(source.parser, version=Parser().version)
        target = replace(source, parser=parser, spec=source.spec and replace(source.spec, parser=parser))
        done = reread(opened, source, target)
    changes = ", ".join(f"{count} {what}" for what, count in done.changed.items()) or "nothing changed"
    text = f"Read {done.read} replies of {done.before} again, now {done.after}: {changes}."
    common.result(asdict(done), text, as_json=as_json)


def _stored(study: Study, name: str, cache: str | None) -> tuple[str, Referee | None]:
    """Find a referee of the study by its name or the beginning of its fingerprint, and make it again if possible."""
    from referee_calib import referee as referees

    known = study.referees()
    fitting = [one for one, about in known.items() if one.startswith(name) or about.get("name") == name]
    fitting = fitting or [one for one, about in known.items() if _backend(about) == name]
    if len(fitting) != 1:
        offered = ", ".join(_told_apart(one, known[one]) for one in fitting or known) or "none"
        why = "several referees of the study fit" if fitting else "the study knows no such referee"
        raise InputError(f"referee {name}", f"{why}; there are {offered}", "Give --referee FINGERPRINT")
    about = known[fitting[0]]
    try:
        made = referees.rebuild_referee(about, rubric=study.rubric, folder=study.folder, offline=True)
    except RefereeCalibError:
        return fitting[0], None
    version = str(about.get("parser", {}).get("version", made.parser.version))
    before = replace(made, parser=replace(made.parser, version=version))
    if made.backend.cacheable:
        before = replace(before, cache=referees.open_cache(cache))
    return fitting[0], before if before.fingerprint == fitting[0] else None


def _told_apart(fingerprint: str, about: Mapping[str, Any]) -> str:
    """Name a referee with what sets readings of the same replies apart."""
    parser, prompt = (dict(about.get(part) or {}) for part in ("parser", "prompt"))
    more = {"prompt": prompt.get("name"), "parser": parser.get("version"), "least mass": parser.get("min_mass")}
    parts = [
        str(about.get("name", "unnamed")),
        *(f"{name} {value}" for name, value in more.items() if value is not None),
    ]
    return f"{fingerprint[:8]} ({', '.join(parts)})"


def _backend(about: Mapping[str, Any]) -> str:
    return str(dict(about.get("backend") or {}).get("backend", ""))
