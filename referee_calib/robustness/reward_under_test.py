"""From the suite's options to a reward on a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.exploits.probe_bench import Bench
from referee_calib.exploits.probe_run import HOME
from referee_calib.exploits.probes.exploit_probe import Start
from referee_calib.exploits.probes.probe_registry import PROBES
from referee_calib.exploits.reference_evidence import EVIDENCE, Ground, ground
from referee_calib.exploits.reward_loader import payers
from referee_calib.exploits.reward_payments import Payer
from referee_calib.perturbation.harness.rendered_media import prepared_media
from referee_calib.perturbation.harness.reward_table import On
from referee_calib.perturbation.metrics.video_resamples import Draws
from referee_calib.robustness.reward_outcomes import PICTURED, SLIPS, WRONG, Held, step_of

if TYPE_CHECKING:
    from referee_calib.records import Claim
    from referee_calib.study import Study

RESAMPLES = 1000
PICTURE_VIDEOS = 8  # of which changed pictures are shown
NEEDS = {"boxes": "reference boxes", "span": "reference spans"}


def make(study: Study, options: Any) -> Held:
    """Put the reward on its bench.

    Parameters
    ----------
    study : Study
    options : namespace
        As :mod:`.plugin` names them.

    Raises
    ------
    InputError
        When there is no such reward, or a name stands for several.
    """
    found = _seen(ground(study, limit=options.claims, truth=Path(options.truth) if options.truth else None))
    payer = _payer(study, found, options)
    home = study.folder / HOME
    media = study.media
    if "frames" in payer.does:
        home.mkdir(exist_ok=True)
        media = prepared_media(_shown(found), study.media, home / "media").media
    benches: dict[On, Bench] = {}
    why_not: dict[On, str] = {}
    for on in EVIDENCE:
        starts = found.starts.get(on, [])
        if on not in payer.on:
            why_not[on] = f"it judges no {NEEDS[on].split()[1]}"
        elif not starts or not starts[0].truth:
            left = "; ".join(f"{count} claims: {reason}" for reason, count in sorted(found.left_out[on].items()))
            why_not[on] = f"needs {NEEDS[on]} ({left or 'the study has no such claims'})"
        else:
            benches[on] = _bench(replace(payer, media=media), starts, home)
    if not benches:
        raise InputError(f"study {study.folder}", "; ".join(why_not.values()), "Import claims with known truth.")
    return Held(benches, why_not, study.config.thresholds)


def _bench(payer: Payer, starts: Sequence[Start], home: Path) -> Bench:
    draws = Draws([start.claim.video for start in starts], n_resamples=RESAMPLES)
    folder = home if payer.fingerprint and home.is_dir() else None
    return Bench(payer, starts, draws, folder)


def _payer(study: Study, found: Ground, options: Any) -> Payer:
    from referee_calib.referee import load_referee

    def referee() -> Any:
        return load_referee(options.referee, rubric=study.rubric, folder=study.folder)

    made = payers(
        [options.reward],
        study.media,
        [(options.referee, referee)],
        durations=found.facts.durations,
        writer=options.writer,
    )
    does = made[0].does - {"frames"} if options.no_frames else made[0].does
    return replace(made[0], does=does, on=(options.only,) if options.only else made[0].on)


def _seen(found: Ground) -> Ground:
    """Show changed pictures of some videos only: each has to be rendered."""
    seen = set(
        list(dict.fromkeys(start.claim.video for its in found.starts.values() for start in its))[:PICTURE_VIDEOS]
    )
    starts = {on: [replace(s, pictures=s.claim.video in seen) for s in its] for on, its in found.starts.items()}
    return replace(found, starts=starts)


def _shown(found: Ground) -> list[Claim]:
    """Return claims about every video that the suite shows."""
    claims: dict[str, Claim] = {}
    for on, starts in found.starts.items():
        pictured: Mapping[str, Any] = {name: None for name in (*SLIPS[on], *WRONG[on]) if name in PICTURED}
        probes = [probe for probe in PROBES.values() if "frames" in probe.needs]
        for start in starts:
            if not start.pictures:
                claims |= {start.claim.video: start.claim}
                continue
            made = [start.claim, *(start.moved(step_of(start, name)) for name in pictured)]
            made += [claim for probe in probes if (reply := probe(start)) for claim in reply.claims]
            claims |= {claim.video: claim for claim in made if claim is not None}
    return list(claims.values())
