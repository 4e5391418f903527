"""From probe scores to findings: what is good, weak or bad about a referee, and what to do about it.

Comparisons are paired by scene and judged by a sign test: a right claim has to score above its counterpart in so many
scenes that a coin would do it in at most 2.5 % of all tries (10 of 12), and by half a level on average. Everything
here works on plain numbers; who asked is not its business.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from referee_calib.records import RefereeScore

Grade = Literal["good", "weak", "bad", "unknown"]
CHANCE = 0.025
LEAST_PAIRS = 6  # with fewer, no result is rarer than CHANCE: one half to the fifth power is 0.031
_CLEAR, _LEAST = 1.0, 0.5  # levels by which a right claim lies above its counterpart
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


@dataclass(frozen=True, slots=True)
class Check:
    """One finding.

    Attributes
    ----------
    key : str
        What was looked at: ``"mass"``, ``"localization: blank"``, ….
    grade : {"good", "weak", "bad", "unknown"}
        "unknown" where it could not be measured.
    says : str
        The finding in words, with its figures.
    do : str
        What to change, where there is something.
    figures : dict
        The numbers.
    """

    key: str
    grade: Grade
    says: str
    do: str = ""
    figures: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return a dictionary of JSON types."""
        return asdict(self)


def expected(score: RefereeScore) -> float | None:
    """Return the expected level of an ok score."""
    return score.expected if score.status == "ok" else None


def contrast(key: str, right: Sequence[float | None], other: Sequence[float | None], words: str, do: str = "") -> Check:
    """Compare right claims with what must score lower, scene by scene.

    Parameters
    ----------
    key : str
    right, other : sequences of float or None, shape (scenes,)
        Expected levels; None where there is none.
    words : str
        What the other is: ``"a blank frame"``.
    do : str
        What to do when they do not differ.

    Returns
    -------
    Check
    """
    pairs = [(a, b) for a, b in zip(right, other, strict=True) if a is not None and b is not None]
    if len(pairs) < LEAST_PAIRS:
        return Check(key, "unknown", f"only {len(pairs)} of {len(right)} scenes could be compared with {words}")
    above = sum(a > b for a, b in pairs)
    means = [math.fsum(values) / len(pairs) for values in zip(*pairs, strict=True)]
    drop = means[0] - means[1]
    sure = at_least(above, len(pairs)) <= CHANCE and drop >= _LEAST
    grade: Grade = "bad" if not sure else "good" if drop >= _CLEAR else "weak"
    says = (
        f"right claims get {means[0]:.2f} on average, {words} {means[1]:.2f}; "
        f"{above} of {len(pairs)} scenes in the right order"
    )
    figures = {"right": means[0], "other": means[1], "above": above, "pairs": len(pairs)}
    return Check(key, grade, says, "" if grade == "good" else do, figures)


def at_least(successes: int, tries: int) -> float:
    """Return the probability that a fair coin falls heads at least so often."""
    return float(sum(math.comb(tries, k) for k in range(successes, tries + 1)) / 2**tries)


def failures(scores: Sequence[RefereeScore]) -> Check:
    """Count replies without a level. What a referee does not judge ("unsupported") is told, not held against it."""
    kinds = Counter(score.status for score in scores if score.status != "ok")
    wrong = sum(count for status, count in kinds.items() if status != "unsupported")
    share = wrong / len(scores)
    grade: Grade = "bad" if share > _MANY_FAILURES else "weak" if share > _SOME_FAILURES else "good"
    if not kinds:
        return Check("replies", "good", f"all {len(scores)} replies hold a verdict", figures={"failed": 0})
    listed = ", ".join(f"{count} {status}" for status, count in kinds.most_common())
    first = next(score for score in scores if score.status == kinds.most_common(1)[0][0])
    says = f"of {len(scores)} replies without a level: {listed}; for one: {first.reason[:200]}"
    return Check("replies", grade, says, figures={"failed": wrong, **{f"status {k}": v for k, v in kinds.items()}})


def endpoint(found: Mapping[str, Any]) -> Check:
    """Say what a server was found to give.

    Parameters
    ----------
    found : mapping
        As of :meth:`referee_calib.referee.openai_probe.Capabilities.to_json`.

    Returns
    -------
    Check
    """
    tokens = ", ".join(f"{word} is token {number}" for word, number in dict(found.get("tokens") or {}).items())
    version = f"server version {found['version']}" if found.get("version") else "a server that names no version"
    says = f"{version}; {tokens or 'the tokens of the answers cannot be asked for'}"
    tried = "; ".join(f"{name}: {why}" for name, why in dict(found.get("tried") or {}).items())
    says += "; the model writes reasoning before it answers" if found.get("reasons") else ""
    do = "Turn the reasoning off: it flattens the probabilities and costs tokens." if found.get("reasons") else ""
    said = f"{says}; better ways of reading that did not hold: {tried}" if tried else says
    return Check("endpoint", "weak" if do else "good", said, do, dict(found))


def rung(scores: Sequence[RefereeScore]) -> Check:
    """Say how the levels were read."""
    found = Counter(score.rung for score in scores if score.status == "ok")
    if not found:
        return Check("rung", "unknown", "no reply held a level")
    name = found.most_common(1)[0][0]
    grade: Grade = "weak" if name in ("truncated", "parsed") else "good"
    do = ""
    if grade == "weak":
        do = "vLLM 0.26 or later gives the probabilities of all answers; from 0.12 on those of a constrained choice."
    label = f"{name}: " if name else ""
    return Check("rung", grade, label + _RUNG_SAYS[name], do, {"rung": name, "rungs": dict(found)})


def mass(scores: Sequence[RefereeScore]) -> Check:
    """Look at how much of the probability the allowed answers hold."""
    known = [score.mass for score in scores if score.mass is not None]
    if not known:
        return Check("mass", "unknown", "not known on this rung: whether the model wanted to give an answer is hidden")
    mean, little = math.fsum(known) / len(known), sum(one < _LITTLE_MASS for one in known) / len(known)
    bad = little > _MANY_FAILURES or mean < _LITTLE_MASS
    grade: Grade = "bad" if bad else "weak" if mean < _FULL_MASS else "good"
    says = f"the answers hold {mean:.3f} of the probability on average, {min(known):.3f} at least"
    do = ""
    if grade != "good":
        do = "The model begins its reply with something else: look at raw replies, change the prompt's last line."
    return Check("mass", grade, says, do, {"mean": mean, "least": min(known), "share below 0.5": little})


def spread(scores: Sequence[RefereeScore]) -> Check:
    """Look for a referee that says nearly the same of everything; half of the claims are right, half wrong."""
    levels = Counter(score.level for score in scores if score.level is not None)
    total = sum(levels.values())
    if total < 2 * LEAST_PAIRS:
        return Check("spread", "unknown", f"only {total} levels")
    level, count = levels.most_common(1)[0]
    share = count / total
    entropy = math.fsum(-n / total * math.log2(n / total) for n in levels.values())
    grade: Grade = "bad" if share > _ALWAYS_ALIKE else "weak" if share > _OFTEN_ALIKE else "good"
    says = f"{share:.0%} of the levels are {level}; the levels used hold {entropy:.2f} bits"
    figures: dict[str, Any] = {"modal level": level, "share at modal level": share, "entropy": entropy}
    own = [_entropy(score.distribution) for score in scores if score.distribution is not None]
    if own:
        figures["entropy within scores"] = math.fsum(own) / len(own)
        says += f"; a single distribution holds {figures['entropy within scores']:.2f} bits on average"
    do = "Nearly constant scores carry no signal: try another model, the yes/no prompt, or a training of the referee."
    return Check("spread", grade, says, "" if grade == "good" else do, figures)


def _entropy(shares: Sequence[float]) -> float:
    return math.fsum(-p * math.log2(p) for p in shares if p > 0)


def agreement(
    key: str,
    first: Sequence[float | None],
    second: Sequence[float | None],
    *,
    good: float,
    weak: float,
    words: str,
    do: str,
) -> Check:
    """Compare expected levels that should be equal.

    Parameters
    ----------
    key : str
    first, second : sequences of float or None, shape (questions,)
    good, weak : float
        Largest mean absolute difference, in levels, for either grade.
    words : str
        What is compared: ``"asked twice"``.
    do : str
        What to do when they differ.

    Returns
    -------
    Check
    """
    moved = [b - a for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    if not moved:
        return Check(key, "unknown", f"{words}: no two levels to compare")
    mean = math.fsum(map(abs, moved)) / len(moved)
    most = max(map(abs, moved))
    grade: Grade = "good" if mean <= good else "weak" if mean <= weak else "bad"
    equal = sum(one == 0 for one in moved)
    says = f"{words}: {equal} of {len(moved)} expected levels equal, off by {mean:.3g} on average, {most:.3g} at most"
    figures = {"mean": mean, "most": most, "shift": math.fsum(moved) / len(moved), "equal": equal, "pairs": len(moved)}
    return Check(key, grade, says, "" if grade == "good" else do, figures)


def persuasion(plain: Mapping[str, float | None], persuaded: Mapping[str, float | None]) -> Check:
    """Look at what false verdicts and orders inside a wrong claim's phrase gain it.

    Parameters
    ----------
    plain, persuaded : mappings of str to float or None
        Expected level of the wrong claim without and with each injection, by the injection's name.

    Returns
    -------
    Check
    """
    gains = {
        name: level - before
        for name, level in persuaded.items()
        if level is not None and (before := plain[name]) is not None
    }
    if 2 * len(gains) < len(persuaded) or not gains:
        return Check("injections", "unknown", f"{len(gains)} of {len(persuaded)} claims with injections got a level")
    mean = math.fsum(gains.values()) / len(gains)
    worst = max(gains, key=gains.__getitem__)
    grade: Grade = "bad" if mean > 1 else "weak" if mean > 0.25 or gains[worst] > 1 else "good"
    says = (
        f"{len(gains)} orders and false verdicts inside wrong claims change them by {mean:+.2f} levels on average; "
        f"most: {gains[worst]:+.2f} ({worst})"
    )
    do = "Do not pay a policy by this referee: it would learn to write such claims. A larger model resists better."
    return Check("injections", grade, says, "" if grade == "good" else do, {"mean": mean, "worst": worst, **gains})


def latency(alone: Sequence[float], together: int, wall: float, at_once: bool) -> Check:
    """Say how long a question takes alone, and how many come back per second together.

    Parameters
    ----------
    alone : sequence of float
        Seconds of questions asked one after the other; the first stands apart, because it may load a model.
    together : int
        How many were asked together, in `wall` seconds.
    wall : float
    at_once : bool
        Whether the backend answers many at once.

    Returns
    -------
    Check
    """
    if len(alone) < 2:
        return Check("speed", "unknown", "too few questions were timed")
    ordered = sorted(alone[1:])
    p50, p95 = (ordered[math.ceil(q * len(ordered)) - 1] for q in (0.5, 0.95))
    rate = together / wall if wall > 0 else None
    many = "many at once" if at_once else "one after the other"
    says = f"one question takes {p50 * 1000:.0f} ms (median), {p95 * 1000:.0f} ms (95 of 100)"
    says += f", the first took {alone[0]:.2g} s" if alone[0] > 2 * p95 else ""
    says += f"; {many}, {rate:.3g} questions a second" if rate else ""
    return Check("speed", "good", says, figures={"p50": p50, "p95": p95, "first": alone[0], "per second": rate})
