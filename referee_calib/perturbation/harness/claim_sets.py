"""Sets of perturbed claims: made once, scored by any reward, rated by people, or published.

`write_claims` gives a file that ``referee-calib import`` takes like any other file of claims, in an order that
does not tell originals from perturbed ones, and beside it a file of links that says what each claim was made of.
Raters never see the links.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from referee_calib.errors import InputError
from referee_calib.io import json_lines
from referee_calib.perturbation.families.perturbation import Perturbation
from referee_calib.perturbation.families.vectorized import many
from referee_calib.records import Claim


@dataclass(frozen=True, slots=True)
class Link:
    """What a perturbed claim was made of.

    Attributes
    ----------
    claim, original : str
        Ids of the perturbed claim and of the one it was made of.
    family, delta, expects : str, float, str
        See :class:`referee_calib.perturbation.Perturbation`.
    seed : int
    parameters : dict
        The perturbation as JSON, without what is known of the study.
    """

    claim: str
    original: str
    family: str
    delta: float
    expects: str
    seed: int
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ClaimSet:
    """Perturbed claims with their links.

    Attributes
    ----------
    claims : tuple of Claim
        Each once, by id.
    links : tuple of Link
        One per perturbation and original to which it applies.
    not_applicable : dict of str to int
        By family, how often a perturbation did not apply.
    """

    claims: tuple[Claim, ...]
    links: tuple[Link, ...]
    not_applicable: dict[str, int]


def perturbed(
    claims: Sequence[Claim],
    perturbations: Iterable[Perturbation],
    *,
    seed: int = 0,
    durations: Mapping[str, float] | None = None,
    rates: Mapping[str, float] | None = None,
) -> ClaimSet:
    """Perturb claims in every way.

    Parameters
    ----------
    claims : sequence of Claim
    perturbations : iterable of Perturbation
        Each with its magnitude.
    seed : int
    durations, rates : mapping of video to seconds and to frames per second, optional
    """
    made: dict[str, Claim] = {}
    links: list[Link] = []
    missing: dict[str, int] = {}
    for step in perturbations:
        given = many(step, claims, seed=seed, durations=durations, rates=rates)
        for claim, found in zip(claims, given, strict=True):
            if found is None:
                missing[step.key] = missing.get(step.key, 0) + 1
                continue
            made.setdefault(found.id, found)
            links.append(link(step, found, claim, seed))
    return ClaimSet(tuple(made[key] for key in sorted(made)), tuple(links), missing)


def link(step: Perturbation, made: Claim, original: Claim, seed: int) -> Link:
    """Say what a perturbed claim was made of."""
    parameters = {key: value for key, value in step.to_json().items() if key not in ("known", "videos")}
    return Link(made.id, original.id, step.key, step.delta, step.expects, seed, parameters)


def links_path(path: Path) -> Path:
    """Return where the links of a file of claims lie: ``claims.links.jsonl`` beside ``claims.jsonl``."""
    return path.with_name(f"{path.stem}.links.jsonl")


def write_claims(path: Path | str, found: ClaimSet, originals: Iterable[Claim] = ()) -> int:
    """Write claims as JSON lines, and their links beside.

    Parameters
    ----------
    path : path
        To be imported as claims.
    found : ClaimSet
    originals : iterable of Claim
        To be rated along with them; mixed in by id.

    Returns
    -------
    int
        Claims written.
    """
    path = Path(path)
    claims = {claim.id: claim for claim in (*originals, *found.claims)}
    json_lines.write(links_path(path), map(asdict, found.links))
    return json_lines.write(path, (claims[key].to_json() for key in sorted(claims)))


def read_links(path: Path | str) -> list[Link]:
    """Read the links of a file of claims.

    Parameters
    ----------
    path : path
        The file of claims, or the file of links itself.

    Raises
    ------
    InputError
        When a line is no link.
    """
    path = Path(path)
    path = path if path.name.endswith(".links.jsonl") else links_path(path)
    names = {f.name for f in fields(Link)}
    found = []
    for number, row in json_lines.read(path):
        if set(row) != names:
            raise InputError(f"{path} line {number}", f"a link has exactly {', '.join(sorted(names))}")
        found.append(Link(**row))
    return found
