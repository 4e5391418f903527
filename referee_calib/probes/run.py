"""A whole run: true evidence, every probe put to every reward, and what they gain, as JSON types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from referee_calib.perturb.draws import Draws
from referee_calib.perturb.media import prepared_media
from referee_calib.perturb.table import On
from referee_calib.probes.base import Probe, Reply, Start
from referee_calib.probes.bench import Bench
from referee_calib.probes.catalogue import applying
from referee_calib.probes.gains import Gain, Limits, gain, lacks, reads_text, replies
from referee_calib.probes.paying import Payer
from referee_calib.probes.starts import Ground
from referee_calib.records import Claim

if TYPE_CHECKING:
    from referee_calib.study import Study

HOME = "probe"  # folder of the study in which everything lies


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a run is made.

    Attributes
    ----------
    seed, n_resamples, repeats : int
        `repeats`: how often the truth is judged by a reward with noise of its own.
    confidence : float
    limits : Limits
    """

    seed: int = 0
    n_resamples: int = 2000
    repeats: int = 3
    confidence: float = 0.95
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Found:
    """What one reward pays for the probes about one kind of evidence."""

    bench: Bench
    gains: tuple[Gain, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything that was asked: results by kind of evidence, and videos that could not be rendered, and why."""

    found: dict[On, list[Found]]
    renderings: dict[str, str]


def benches(
    study: Study,
    ground: Ground,
    payers: Sequence[Payer],
    probes: Sequence[Probe],
    settings: Settings,
    progress: Callable[[int], None] = lambda count: None,
) -> tuple[dict[On, list[Bench]], dict[str, str]]:
    """Make the videos that probes show, and a bench for every reward and kind of evidence.

    Parameters
    ----------
    study : Study
    ground : Ground
    payers : sequence of Payer
    probes : sequence of Probe
    settings : Settings
    progress : callable

    Returns
    -------
    benches : dict of On to list of Bench
    failed : dict of str to str
        Renderings that could not be made, and why.
    """
    home = study.folder / HOME
    home.mkdir(exist_ok=True)
    media, failed = study.media, dict[str, str]()
    if any("frames" in payer.does for payer in payers):
        media, failed = rendered(study.media, home, ground, probes)
    found: dict[On, list[Bench]] = {}
    for on, starts in ground.starts.items():
        videos = [start.claim.video for start in starts]
        draws = Draws(videos, n_resamples=settings.n_resamples, seed=settings.seed, confidence=settings.confidence)
        found[on] = [
            Bench(replace(payer, media=media), starts, draws, home, settings.repeats, progress)
            for payer in payers
            if on in payer.on
        ]
    return found, failed


def rendered(media: Path, home: Path, ground: Ground, probes: Sequence[Probe]) -> tuple[Path, dict[str, str]]:
    """Make the changed videos and return the folder in which all videos lie, and those that could not be made."""
    videos = {
        claim.video: claim
        for on, starts in ground.starts.items()
        for start in starts
        for claim in (start.claim, *(c for probe in _looking(probes, on) for c in _claims(probe, start)))
    }
    found = prepared_media(videos.values(), media, home / "media")
    return found.media, dict(found.failed)


def ask(made: dict[On, list[Bench]], probes: Sequence[Probe], limits: Limits) -> dict[On, list[Found]]:
    """Put every probe to every reward.

    Parameters
    ----------
    made : dict of On to list of Bench
    probes : sequence of Probe
    limits : Limits
    """
    found: dict[On, list[Found]] = {}
    for on, its in made.items():
        for bench in its:
            for as_text in (False, True):
                bench.ahead(replies_of(bench, probes, on, as_text=as_text), as_text=as_text)
            gains = tuple(gain(bench, probe, limits) for probe in applying(probes, on))
            found.setdefault(on, []).append(Found(bench, gains))
    return found


def replies_of(
    bench: Bench, probes: Sequence[Probe], on: On, *, as_text: bool | None = None
) -> Iterator[tuple[int, Reply]]:
    """Yield every reply that a reward is to be paid for, with the place of its start.

    Parameters
    ----------
    bench : Bench
    probes : sequence of Probe
    on : {"boxes", "span"}
    as_text : bool, optional
        Only those that are put to it in this way.
    """
    mine = [probe for probe in applying(probes, on) if not lacks(bench.payer, probe)]
    for place, start in enumerate(bench.starts):
        if not as_text:
            yield place, Reply((start.claim,))
            if start.wrong is not None:
                yield place, Reply((start.wrong,))
    for probe in mine:
        if as_text is None or reads_text(probe) == as_text:
            for its in replies(bench, probe):
                yield from ((place, reply) for place, reply in enumerate(its) if reply is not None)


def _looking(probes: Sequence[Probe], on: On) -> list[Probe]:
    return [probe for probe in applying(probes, on) if "frames" in probe.needs]


def _claims(probe: Probe, start: Start) -> tuple[Claim, ...]:
    made = probe(start) if start.truth else None
    return () if made is None else made.claims
