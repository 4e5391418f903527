"""What a referee is made of, as a value: to be written into a file, read back, and made again anywhere."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from difflib import get_close_matches
from typing import Any, Literal, TypeVar, get_args
from urllib.parse import urlsplit

from referee_calib.errors import InputError
from referee_calib.records import CLOCKS, Clock
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.frame_policy.policy import FramePolicy
from referee_calib.referee.prompting.prompt import Prompt
from referee_calib.referee.reply.level_parser import Parser

Reads = Literal["distribution", "text"]
_Made = TypeVar("_Made")
_NAME = re.compile(r"[^\s:/\\]{1,80}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_VARIABLE = re.compile(r"(?:[A-Z_][A-Z0-9_]*)?")  # no small letters: keys have them, and would pass for a name


@dataclass(frozen=True, slots=True)
class Prices:
    """What a call costs.

    Attributes
    ----------
    input, output : float
        Per million tokens.
    currency : str
    """

    input: float = 0.0
    output: float = 0.0
    currency: str = "USD"

    def __post_init__(self) -> None:
        if not (0 <= self.input < float("inf") and 0 <= self.output < float("inf")):
            raise InputError(f"{self}", "a price is a number that is not negative, per million tokens")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefereeSpec:
    """A referee before it is made.

    Attributes
    ----------
    name : str
        For people.
    backend : str
        A name of :data:`referee_calib.referee.backends.builtin.BACKENDS`, or of an entry point.
    model, revision : str
    urls : tuple of str
        Where its servers are. They change no reply, so they are neither in the fingerprint nor written down with
        scores and certificates.
    prompt : Prompt or None
        None for the one that suits the rubric and its language (``default_prompt``).
    frames : FramePolicy or None
        None for the backend's own.
    decoding : Decoding
    parser : Parser
    extra : mapping
        Further fields of every request; they can change a reply.
    options : mapping
        The backend's further parameters (``concurrency``, ``api_key_env``, ``batch``, …).
    prices : Prices or None
    clock : {"file", "first-frame"}
        What 0 s of the claims is. It belongs to the claims, as the unit of their boxes does, and is in no fingerprint.
    """

    name: str
    backend: str
    model: str = ""
    revision: str = ""
    urls: tuple[str, ...] = ()
    prompt: Prompt | None = None
    frames: FramePolicy | None = None
    decoding: Decoding = field(default_factory=Decoding)
    parser: Parser = field(default_factory=Parser)
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    prices: Prices | None = None
    clock: Clock = "file"

    def __post_init__(self) -> None:
        for url in self.urls:
            check_url(url)
        if self.clock not in CLOCKS:
            raise InputError(f"clock {self.clock!r:.60}", f"known are {', '.join(CLOCKS)}")
        check_variable(self.options.get("api_key_env", ""), f"referee {self.name}")
        check_json(self.extra, f"referee {self.name}: extra")
        check_json(self.options, f"referee {self.name}:")
        object.__setattr__(self, "extra", dict(self.extra))
        object.__setattr__(self, "options", dict(self.options))

    def pinned(self, settings: Mapping[str, Any]) -> RefereeSpec:
        """Return the specification with what a backend's settings say was found, so that nobody probes again.

        That is the rung, and the fields of a request that are sent otherwise.
        """
        rung = settings.get("rung") or dict(settings.get("decoding") or {}).get("rung")
        if rung in (None, "", "auto"):
            return self
        return replace(self, decoding=self.decoding.pinned(rung), extra=settings.get("extra", self.extra))

    def to_json(self) -> dict[str, Any]:
        """Return everything but addresses and prices, as JSON types; the prompt with all its words."""
        clock = {} if self.clock == "file" else {"clock": self.clock}
        return clock | {
            "name": self.name,
            "backend": self.backend,
            "model": self.model,
            "revision": self.revision,
            "prompt": None if self.prompt is None else self.prompt.to_json(),
            "frames": None if self.frames is None else _plain(asdict(self.frames)),
            "decoding": asdict(self.decoding),
            "parser": {"min_mass": self.parser.min_mass, "reads": self.parser.reads},
            "extra": dict(self.extra),
            "options": dict(self.options),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], place: str = "referee") -> RefereeSpec:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        InputError
            Naming the place and the field that this version does not know or cannot use.
        """
        table = dict(data)
        check_keys(table, [one.name for one in fields(cls)], place)
        parts = {"prompt": Prompt, "frames": FramePolicy, "decoding": Decoding, "parser": Parser}
        for name, kind in parts.items():
            if table.get(name) is not None:
                table[name] = build_dataclass(kind, table[name], f"{place} {name}")
        table.setdefault("name", "")
        return build_dataclass(cls, {key: value for key, value in table.items() if value is not None}, place)


def check_keys(table: Mapping[str, Any], names: Sequence[str], place: str) -> None:
    """Refuse keys that are not known, with the nearest that is."""
    for key in table:
        if key not in names:
            near = get_close_matches(str(key), names, n=1)
            others = f"Known are {', '.join(names)}." if names else "Leave it out."
            meant = f"Do you mean {near[0]}?" if near else others
            raise InputError(f"{place}: {key!r:.60}", "there is no such key", meant)


def build_dataclass(kind: type[_Made], table: Any, place: str) -> _Made:
    """Make a dataclass, whose fields have defaults of plain types, from a table, checking every name and type."""
    if not isinstance(table, Mapping):
        raise InputError(f"{place} = {table!r:.60}", "it must be a table")
    ours = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    check_keys(table, list(ours), place)
    values = {key: _value(str(ours[key].type), value, f"{place} {key}") for key, value in table.items()}
    try:
        return kind(**values)
    except InputError as error:
        raise InputError(f"{place}: {error.seen}", error.why, error.do) from error


_PLAIN: dict[str, tuple[type, ...]] = {"bool": (bool,), "int": (int,), "float": (int, float), "str": (str,)}


def _value(annotation: str, value: Any, place: str) -> Any:
    """Check a value against a field's annotation where that names plain types; lists become tuples."""
    if isinstance(value, list):
        value = tuple(value)
    allowed = annotation.replace(" | None", "")
    optional = allowed != annotation
    if allowed in _PLAIN and not (optional and value is None):
        if not isinstance(value, _PLAIN[allowed]) or (isinstance(value, bool) and allowed != "bool"):
            raise InputError(f"{place} = {value!r:.60}", f"it must be {_SAID[allowed]}")
        return float(value) if isinstance(value, int) and allowed == "float" else value
    return value


_SAID = {"bool": "true or false", "int": "a whole number", "float": "a number", "str": "a text"}


def check_url(url: str) -> None:
    """Refuse what is no address of a server, and one that holds a password.

    The message is without what stands before an @ or after a question mark: there passwords and keys are.
    """
    seen = f"server address {shown_url(url)!r:.100}"
    try:
        parts = urlsplit(url)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        login = "@" in (parts.netloc or url)
    except ValueError:  # of a port that is none; the error repeats it, and it may be a password
        fine, login = False, "@" in url
    if login:
        why = "it holds a name or password, which would be seen"
        raise InputError(seen, why, "Put the key into the environment: OPENAI_API_KEY=…")
    if not fine:
        raise InputError(seen, "it is no http address", "Write it like http://localhost:8000/v1")
    if parts.query or parts.fragment:
        raise InputError(seen, "nothing may follow the path of the address (? or #)", "Leave it out.")


def shown_url(url: str) -> str:
    """Return an address as it may be seen: without name and password (all up to the last @), and without a query."""
    scheme = _SCHEME.match(url)
    rest = url[scheme.end() :] if scheme else url
    return (scheme.group() if scheme else "") + re.split("[?#]", rest.rpartition("@")[2])[0]


def check_json(value: Any, place: str) -> None:
    """Refuse what JSON cannot hold, as it is written down with every score: dates, inf, nan, names that are no text."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise InputError(f"{place} {key!r:.60}", "the name of a field must be a text")
            check_json(inner, f"{place} {key}")
    elif isinstance(value, (list, tuple)):
        for inner in value:
            check_json(inner, place)
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise InputError(f"{place} = {value}", "it must be a finite number")
    elif value is not None and not isinstance(value, (str, int)):
        kinds = "a text, a number, true or false, a list or a table"
        raise InputError(f"{place} = {value!s:.60}", f"it must be {kinds}, not a {type(value).__name__}")


def check_variable(variable: Any, place: str) -> None:
    """Refuse what is no name of an environment variable: the key itself has come to stand there."""
    if not isinstance(variable, str) or not _VARIABLE.fullmatch(variable):
        raise InputError(
            f"{place}: api_key_env",
            "it is no name of an environment variable, which has capital letters, digits and _ only",
            "Put the key into the environment and its name here: OPENAI_API_KEY",
        )


def check_reads(value: Any, place: str) -> Reads:
    """Check how replies are read."""
    if value not in get_args(Reads):
        raise InputError(f"{place} reads = {value!r:.40}", f"it is one of {', '.join(get_args(Reads))}")
    return value  # type: ignore[no-any-return]


def check_name(name: str, place: str) -> str:
    """Refuse a name that cannot be typed after ``--referee``."""
    if not _NAME.fullmatch(name):
        raise InputError(f"{place}: the name {name!r:.60}", "a name has no space, colon or slash")
    return name


def _plain(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in table.items()}
