"""From a study to true evidence with everything that probes need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.perturb.known import Things, read_things, things
from referee_calib.perturb.people import rated
from referee_calib.perturb.plan import Facts
from referee_calib.perturb.run import facts_of, spread
from referee_calib.perturb.table import On
from referee_calib.perturb.telling import Telling
from referee_calib.perturb.truth import starts as true_evidence
from referee_calib.probes.base import Start
from referee_calib.records import Claim
from referee_calib.reward.distinct import Near

if TYPE_CHECKING:
    from referee_calib.study import Study

EVIDENCE: tuple[On, ...] = ("boxes", "span")
NEAR = Near(seconds=0.25, overlap=0.1)  # claims that overlap so little are about different moments


@dataclass(frozen=True, slots=True)
class Ground:
    """What a study offers to stand on.

    Attributes
    ----------
    starts : dict of On to list of Start
        By kind of evidence, where there are any.
    left_out : dict of On to dict
        How many claims gave no true one, by reason.
    facts : Facts
        Of the videos.
    """

    starts: dict[On, list[Start]]
    left_out: dict[On, dict[str, int]] = field(default_factory=dict)
    facts: Facts = field(default_factory=Facts)


def ground(study: Study, *, limit: int | None = None, seed: int = 0, truth: Path | None = None) -> Ground:
    """Find true evidence.

    Parameters
    ----------
    study : Study
    limit : int, optional
        At most so many true claims of each kind, spread over the videos.
    seed : int
    truth : path, optional
        A file of annotated objects (see :func:`referee_calib.perturb.read_things`), for what the claims do not tell.

    Raises
    ------
    InputError
        When the file cannot be read.
    """
    claims = study.claims()
    links = rated(study).links
    own = [claim for claim in claims if claim.id not in links]
    facts = facts_of(study, own)
    known = things(own) | (read_things(truth) if truth is not None else Things())
    found: dict[On, list[Start]] = {}
    left_out: dict[On, dict[str, int]] = {}
    for on in EVIDENCE:
        true, left_out[on] = true_evidence(claims, on, links)
        there = [claim for claim in true if claim.video in facts.durations]
        if len(there) < len(true):
            left_out[on] |= {"its video cannot be read": len(true) - len(there)}
        if there:
            found[on] = starts(there, on, facts, known, limit=limit, seed=seed)
        elif not true and (unknown := untold(own, on, facts)):
            found[on] = starts(unknown, on, facts, known, limit=limit, seed=seed, truth=False)
    return Ground(found, left_out, facts)


def untold(claims: Sequence[Claim], on: On, facts: Facts) -> list[Claim]:
    """Return claims about one kind of evidence of which nobody knows whether they are true."""
    mine = [c for c in claims if c.video in facts.durations and (c.boxes if on == "boxes" else c.span)]
    if on == "boxes":
        return [replace(c, span=None, id="") for c in mine if c.reference_boxes is None]
    return [replace(c, boxes=(), id="") for c in mine if c.reference_span is None]


def starts(
    true: Sequence[Claim],
    on: On,
    facts: Facts,
    known: Things,
    *,
    limit: int | None = None,
    seed: int = 0,
    truth: bool = True,
) -> list[Start]:
    """Put claims on the bench.

    Parameters
    ----------
    true : sequence of Claim
    on : {"boxes", "span"}
    facts : Facts
    known : Things
    limit : int, optional
    seed : int
    truth : bool
        Whether the claims are known to be true.
    """
    telling = Telling(known)
    return [
        Start(
            claim,
            on,
            place,
            facts.durations.get(claim.video),
            facts.rates.get(claim.video),
            _others(claim, true),
            known,
            telling,
            seed,
            truth,
        )
        for place, claim in enumerate(spread(true, limit))
    ]


def _others(claim: Claim, true: Sequence[Claim]) -> tuple[Claim, ...]:
    """Return true claims that the same reply could have made at another moment."""
    about = (claim.video, claim.question, claim.object)
    same = [one for one in true if (one.video, one.question, one.object) == about and one.id != claim.id]
    return tuple(one for one in same if not NEAR(one, claim))
