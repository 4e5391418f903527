"""Every probe, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from referee_calib.errors import InputError
from referee_calib.perturb.table import On
from referee_calib.probes.base import Probe
from referee_calib.probes.many import Added, Duplicates, Grid, Shotgun
from referee_calib.probes.places import Area, Away, OtherThing, Retimed, Stretch
from referee_calib.probes.words import Fluent, Hedged, Injected, LookAlike, Vague, WrongName
from referee_calib.probes.written import Written

PROBES: dict[str, Probe] = {
    probe.key: probe
    for probe in (
        Area(area="whole_frame"),
        Area(area="central_half"),
        OtherThing(of="same_class"),
        OtherThing(of="other_class"),
        Stretch(span="whole_video"),
        Stretch(span="one_frame"),
        *(Away(seconds=sign * seconds) for seconds in (1.0, 5.0, 30.0) for sign in (1, -1)),
        WrongName(),
        Vague(word="object", where="right"),
        Vague(word="object", where="other"),
        Vague(word="the scene", where="frame"),
        Hedged(),
        *(Injected(kind=kind) for kind in ("verdict", "role", "format", "unicode", "order", "long")),
        Fluent(),
        LookAlike(),
        Duplicates(times=2),
        Duplicates(times=10),
        Duplicates(times=10, disguised=True),
        *(Shotgun(shots=shots) for shots in (3, 10, 30, 100)),
        Grid(boxes=171),
        *(Written(fault=fault) for fault in ("out_of_range", "reversed", "nan", "wrong_unit")),
        Retimed(),
        Retimed(ahead=2.0),
        Added(claim="wrong"),
        Added(claim="duplicate"),
        Added(claim="true"),
    )
}


def chosen(names: Iterable[str] | None) -> list[Probe]:
    """Return probes by name, all of them for None.

    Raises
    ------
    InputError
        For an unknown name.
    """
    if names is None:
        return list(PROBES.values())
    found = list(dict.fromkeys(names))
    unknown = [name for name in found if name not in PROBES]
    if unknown or not found:
        raise InputError(f"probe {(unknown or [''])[0]!r:.60}", f"probes are {', '.join(PROBES)}")
    return [PROBES[name] for name in found]


def applying(probes: Iterable[Probe], on: On) -> list[Probe]:
    """Return those about one kind of evidence."""
    return [probe for probe in probes if on in probe.on]


def from_json(data: Mapping[str, Any]) -> Probe:
    """Read what `Probe.to_json` gave.

    Raises
    ------
    InputError
        For an unknown probe or parameter.
    """
    given = dict(data)
    name = given.pop("probe", None)
    kind = next((type(probe) for key, probe in PROBES.items() if key == name), None)
    if kind is None or set(given) - {f.name for f in fields(kind)}:
        raise InputError(f"probe {dict(data)!r:.120}", f"probes are {', '.join(PROBES)}, with their own fields")
    return kind(**given)
