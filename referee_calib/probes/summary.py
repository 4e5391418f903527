"""What a run found, as one JSON document: ``STUDY/probe/summary.json``; and what is missing, with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from referee_calib.perturb.table import On
from referee_calib.probes.base import Probe
from referee_calib.probes.bench import Bench
from referee_calib.probes.catalogue import applying
from referee_calib.probes.examples import example
from referee_calib.probes.files import SCHEMA
from referee_calib.probes.gains import Gain
from referee_calib.probes.paying import Payer
from referee_calib.probes.run import Asked, Found, Settings
from referee_calib.probes.starts import EVIDENCE, Ground

Json = dict[str, Any]
BASIC = ("iou", "tiou")  # what they pay is seen at once; their hits need no picture
UNTOLD = "no claim about {on} has a known truth: only probes that need none were run, in the reward's own units"


def summary(
    study: str, ground: Ground, asked: Asked, payers: Sequence[Payer], probes: Sequence[Probe], settings: Settings
) -> Json:
    """Put everything together.

    Parameters
    ----------
    study : str
        Its name.
    ground : Ground
    asked : Asked
    payers : sequence of Payer
    probes : sequence of Probe
    settings : Settings

    Returns
    -------
    dict
        JSON types without NaN; ``schema`` is ``referee-calib/probe/1``.
    """
    return {
        "schema": SCHEMA,
        "study": study,
        "seed": settings.seed,
        "confidence": settings.confidence,
        "n_resamples": settings.n_resamples,
        "limits": {"gain": settings.limits.gain, "ruin": settings.limits.ruin},
        "rewards": [_reward(payer) for payer in payers],
        "probes": [
            {"key": p.key, "title": p.title, "group": p.group, "on": list(p.on), "needs": sorted(p.needs), **_made(p)}
            for p in probes
        ],
        "about": [_about(on, its) for on, its in asked.found.items()],
        "missing": list(missing(ground, asked, payers, probes)),
    }


def _made(probe: Probe) -> Json:
    return {"made": probe.to_json()}


def _reward(payer: Payer) -> Json:
    judge = getattr(payer.reward, "_judge", None)
    return {
        "name": payer.name,
        "label": payer.label,
        "role": payer.role,
        "on": list(payer.on),
        "does": sorted(payer.does),
        "fingerprint": payer.fingerprint,
        "referee": str(getattr(judge, "fingerprint", "")),
    }


def _about(on: On, its: Sequence[Found]) -> Json:
    starts = its[0].bench.starts if its else ()
    return {
        "on": on,
        "n_claims": len(starts),
        "n_videos": len({start.claim.video for start in starts}),
        "truth": all(start.truth for start in starts),
        "rewards": [_paid(found) for found in its],
    }


def _paid(found: Found) -> Json:
    bench = found.bench
    return {
        "name": bench.payer.name,
        "refused": bench.refused,
        "retest_sd": bench.retest_sd,
        "truth": bench.draws.estimate(bench.draws.mean(bench.true), "the truth has no value").to_json(),
        "gap": bench.draws.estimate(bench.gap, bench.refused).to_json(),
        "counts": dict(Counter(one.state for one in found.gains)),
        "gains": [_gain(bench, one) for one in found.gains],
    }


def _gain(bench: Bench, found: Gain) -> Json:
    hit = found.state == "fail"
    pictured = hit and bench.payer.role in ("referee", "shipped", "other") and bench.payer.name not in BASIC
    return {
        "probe": found.probe.key,
        "state": found.state,
        "reason": found.reason,
        "gain": found.gain.to_json(),
        "raw": found.raw.to_json(),
        "normalised": found.normalised,
        "paid": found.paid,
        "honest": found.honest,
        "at_most": found.at_most,
        "at_least": found.at_least,
        "raised": found.raised,
        "n_claims": found.n_claims,
        "n_videos": found.n_videos,
        "n_not_applicable": found.n_not_applicable,
        "n_failed": found.n_failed,
        "failures": [
            {"reason": why, "replies": count}
            for why, count in bench.failures.get(found.probe.key, Counter()).most_common(3)
        ],
        "videos_needed": found.videos_needed,
        "example": example(bench, found, pictures=pictured) if found.state in ("fail", "cannot tell") else None,
    }


def missing(ground: Ground, asked: Asked, payers: Sequence[Payer], probes: Sequence[Probe]) -> Iterator[Json]:
    """Yield every figure that cannot be there, and why."""
    for on in EVIDENCE:
        starts = ground.starts.get(on)
        if not starts:
            left = sorted(ground.left_out.get(on, {}).items())
            why = "; ".join(f"{count} claims: {reason}" for reason, count in left)
            yield {"what": f"everything about {on}", "why": why or "the study has no such claims"}
            continue
        if not all(start.truth for start in starts):
            lost = ", ".join(probe.key for probe in applying(probes, on) if not probe.truthless)
            yield {"what": lost, "why": UNTOLD.format(on=on)}
        if not any(on in payer.on for payer in payers):
            yield {"what": f"everything about {on}", "why": "none of the rewards judges it"}
        for probe in applying(probes, on):
            if all(start.truth for start in starts) and not any(probe(start) for start in starts):
                yield {"what": f"{probe.key} ({on})", "why": WHY.get(probe.key, "it applies to none of the claims")}
    for video, reason in {**ground.facts.unreadable, **asked.renderings}.items():
        yield {"what": f"claims about {video}", "why": reason}


_NOTHING_ELSE = "no other thing is known in the videos, away from the named one"
_UNKNOWN = "of no thing is it known that it is elsewhere then"
WHY: Mapping[str, str] = {
    "same_class_distractor": "no other thing of the same class is known in the videos, away from the named one",
    "right_name_wrong_box": "no thing of another class is known in the videos, away from the named one",
    "vague_other": _NOTHING_ELSE,
    "hedged": _NOTHING_ELSE,
    "right_box_wrong_name": "no other name is known",
    "reversed_clip": _UNKNOWN,
    "frames_ahead_2": _UNKNOWN,
    **{f"{way}_{seconds}": _UNKNOWN for way in ("late", "early") for seconds in (1, 5)},
    "early_30": "no evidence lies 30 s into its video",
    "added_true": "no two true claims answer one question at different moments",
}


def rows(found: Mapping[On, Sequence[Found]]) -> Iterator[list[Any]]:
    """Yield one tidy row per reward, probe and claim."""
    for on, its in found.items():
        for one in its:
            for its_gain in one.gains:
                yield from _rows(on, one.bench, its_gain)


def _rows(on: On, bench: Bench, found: Gain) -> Iterator[list[Any]]:
    paid, honest = bench.known(found.probe.key), bench.known(f"{found.probe.key} against")
    if paid is None or honest is None:
        return
    for start, value, other, true in zip(bench.starts, paid, honest, bench.true, strict=True):
        if not (np.isnan(value) and np.isnan(other)):
            numbers = ["" if np.isnan(v) else repr(float(v)) for v in (value, other, true)]
            yield [bench.payer.name, on, found.probe.key, start.claim.id, start.claim.video, *numbers]
