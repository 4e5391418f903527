"""What single replies tell about a referee: failures, mass, rung, spread, speed.

Everything here works on scores and plain numbers; who asked is not its business. Each function gives one finding, in
words, with its figures and with what to change.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from referee_calib.records import RefereeScore
from referee_calib.referee_health.paired_checks import LEAST_PAIRS, Grade, HealthCheck

_LITTLE_MASS, _FULL_MASS = 0.5, 0.9
_MANY_FAILURES, _SOME_FAILURES = 0.10, 0.01
_ALWAYS_ALIKE, _OFTEN_ALIKE = 0.9, 0.75
_RUNG_SAYS = {
    "exact": "probabilities of all answers, with their mass",
    "choice": "probabilities among the answers; how sure it was to give one at all (the mass) is hidden",
    "truncated": "probabilities of the most probable tokens only; rare answers count as 0",
    "parsed": "no probabilities, only the words of the reply: whole levels, coarse and often constant",
    "": "as the backend gives them: it names no way of reading them",
}


def expected(score: RefereeScore) -> float | None:
    """Return the expected level of an ok score."""
    return score.expected if score.status == "ok" else None


def failures(scores: Sequence[RefereeScore]) -> HealthCheck:
    """Count replies without a level. What a referee does not judge ("unsupported") is told, not held against it."""
    kinds = Counter(score.status for score in scores if score.status != "ok")
    wrong = sum(count for status, count in kinds.items() if status != "unsupported")
    share = wrong / len(scores)
    grade: Grade = "fail" if share > _MANY_FAILURES else "weak" if share > _SOME_FAILURES else "pass"
    if not kinds:
        return HealthCheck("replies", "pass", f"all {len(scores)} replies hold a verdict", figures={"failed": 0})
    listed = ", ".join(f"{count} {status}" for status, count in kinds.most_common())
    first = next(score for score in scores if score.status == kinds.most_common(1)[0][0])
    says = f"of {len(scores)} replies without a level: {listed}; for one: {first.reason[:200]}"
    return HealthCheck(
        "replies", grade, says, figures={"failed": wrong, **{f"status {k}": v for k, v in kinds.items()}}
    )


def endpoint(found: Mapping[str, Any]) -> HealthCheck:
    """Say what a server was found to give, as its backend's capabilities tell."""
    tokens = ", ".join(f"{word} is token {number}" for word, number in dict(found.get("tokens") or {}).items())
    version = f"server version {found['version']}" if found.get("version") else "a server that names no version"
    says = f"{version}; {tokens or 'the tokens of the answers cannot be asked for'}"
    tried = "; ".join(f"{name}: {why}" for name, why in dict(found.get("tried") or {}).items())
    says += "; the model writes reasoning before it answers" if found.get("reasons") else ""
    says += "".join(f"; {one}" for one in found.get("doubts") or ())
    sent = {name: "left out" if value is None else value for name, value in dict(found.get("adapted") or {}).items()}
    says += (
        "; sent otherwise, as the server wants it: " + ", ".join(f"{k} {v}" for k, v in sent.items()) if sent else ""
    )
    do = "Turn the reasoning off: it flattens the probabilities and costs tokens." if found.get("reasons") else ""
    said = f"{says}; better ways of reading that did not hold: {tried}" if tried else says
    return HealthCheck("endpoint", "weak" if do else "pass", said, do, dict(found))


def rung(scores: Sequence[RefereeScore]) -> HealthCheck:
    """Say how the levels were read."""
    found = Counter(score.rung for score in scores if score.status == "ok")
    if not found:
        return HealthCheck("rung", "cannot tell", "no reply held a level")
    name = found.most_common(1)[0][0]
    grade: Grade = "weak" if name in ("truncated", "parsed") else "pass"
    do = ""
    if grade == "weak":
        do = "vLLM 0.26 or later gives the probabilities of all answers; from 0.12 on those of a constrained choice."
    label = f"{name}: " if name else ""
    return HealthCheck("rung", grade, label + _RUNG_SAYS[name], do, {"rung": name, "rungs": dict(found)})


def mass(scores: Sequence[RefereeScore]) -> HealthCheck:
    """Look at how much of the probability the allowed answers hold."""
    known = [score.mass for score in scores if score.mass is not None]
    if not known:
        return HealthCheck(
            "mass", "cannot tell", "not known on this rung: whether the model wanted to give an answer is hidden"
        )
    mean, little = math.fsum(known) / len(known), sum(one < _LITTLE_MASS for one in known) / len(known)
    bad = little > _MANY_FAILURES or mean < _LITTLE_MASS
    grade: Grade = "fail" if bad else "weak" if mean < _FULL_MASS else "pass"
    says = f"the answers hold {mean:.3f} of the probability on average, {min(known):.3f} at least"
    do = ""
    if grade != "pass":
        do = "The model begins its reply with something else: look at raw replies, change the prompt's last line."
    return HealthCheck("mass", grade, says, do, {"mean": mean, "least": min(known), "share below 0.5": little})


def spread(scores: Sequence[RefereeScore]) -> HealthCheck:
    """Look for a referee that says nearly the same of everything; half of the claims are right, half wrong."""
    levels = Counter(score.level for score in scores if score.level is not None)
    total = sum(levels.values())
    if total < 2 * LEAST_PAIRS:
        return HealthCheck("spread", "cannot tell", f"only {total} levels")
    level, count = levels.most_common(1)[0]
    share = count / total
    entropy = math.fsum(-n / total * math.log2(n / total) for n in levels.values())
    grade: Grade = "fail" if share > _ALWAYS_ALIKE else "weak" if share > _OFTEN_ALIKE else "pass"
    says = f"{share:.0%} of the levels are {level}; the levels used hold {entropy:.2f} bits"
    figures: dict[str, Any] = {"modal level": level, "share at modal level": share, "entropy": entropy}
    own = [_entropy(score.distribution) for score in scores if score.distribution is not None]
    if own:
        figures["entropy within scores"] = math.fsum(own) / len(own)
        says += f"; a single distribution holds {figures['entropy within scores']:.2f} bits on average"
    do = "Nearly constant scores carry no signal: try another model, the yes/no prompt, or a training of the referee."
    return HealthCheck("spread", grade, says, "" if grade == "pass" else do, figures)


def _entropy(shares: Sequence[float]) -> float:
    return math.fsum(-p * math.log2(p) for p in shares if p > 0)


def latency(alone: Sequence[float], together: int, wall: float, at_once: bool) -> HealthCheck:
    """Say how long a question takes alone, and how many come back per second together.

    Of the seconds of questions asked alone the first stands apart, because it may load a model.
    """
    if len(alone) < 2:
        return HealthCheck("speed", "cannot tell", "too few questions were timed")
    ordered = sorted(alone[1:])
    p50, p95 = (ordered[math.ceil(q * len(ordered)) - 1] for q in (0.5, 0.95))
    rate = together / wall if wall > 0 else None
    many = "many at once" if at_once else "one after the other"
    says = f"one question takes {p50 * 1000:.0f} ms (median), {p95 * 1000:.0f} ms (95 of 100)"
    says += f", the first took {alone[0]:.2g} s" if alone[0] > 2 * p95 else ""
    says += f"; {many}, {rate:.3g} questions a second" if rate else ""
    return HealthCheck("speed", "pass", says, figures={"p50": p50, "p95": p95, "first": alone[0], "per second": rate})
