"""What another reward changes inside groups of rollouts, which is all that GRPO learns from.

A rollout's advantage is its reward less the mean of its group's, divided by a spread that is the same for the group:
its sign is that of the difference. Rollouts form a group by what they were imported with: source, training step, video,
question and, where it is known, the name of the group, so that one question in two prompts makes two groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from referee_calib.records import Claim

EQUAL = 1e-9  # rewards closer than this are tied: the difference is rounding


@dataclass(frozen=True, slots=True)
class RankingChanges:
    """Counts over groups with at least two rollouts that both rewards pay.

    Attributes
    ----------
    groups, rollouts : int
        What was compared.
    left_out : int
        Rollouts without a reward, or alone in their group.
    sign_changed : int
        Rollouts whose advantage has another sign, 0 counting as a sign of its own.
    sign_flipped : int
        Of those, from above to below 0 or the reverse.
    best_changed : int
        Groups in which none of the best rollouts is among the best any more.
    tied_before, tied_after : int
        Groups that teach nothing because all rewards are equal.
    """

    groups: int
    rollouts: int
    left_out: int
    sign_changed: int
    sign_flipped: int
    best_changed: int
    tied_before: int
    tied_after: int

    def to_json(self) -> dict[str, Any]:
        """Return counts, and shares of them, None where there is nothing to share."""
        return {
            **asdict(self),
            "sign_changed_share": self.sign_changed / self.rollouts if self.rollouts else None,
            "sign_flipped_share": self.sign_flipped / self.rollouts if self.rollouts else None,
            "best_changed_share": self.best_changed / self.groups if self.groups else None,
        }


def group_rollouts(rollouts: Mapping[str, Sequence[Claim]]) -> list[list[str]]:
    """Put rollouts of one source on one prompt (question, video, name of the group) at one training step together."""
    found: dict[tuple[str, str, str, str, int | None], list[str]] = defaultdict(list)
    for name, claims in rollouts.items():
        first = claims[0]
        found[first.source, first.video, first.question, first.group, first.step].append(name)
    return list(found.values())


def compare_rankings(
    groups: Sequence[Sequence[str]], before: Mapping[str, float | None], after: Mapping[str, float | None]
) -> RankingChanges:
    """Count what changes from one reward of each rollout to another, None where there is none.

    Examples
    --------
    Means .4 and .5: the second rollout rises from below its group's mean to above it, and takes the third one's place.

    >>> found = compare_rankings([["a", "b", "c"]], {"a": 0.1, "b": 0.3, "c": 0.8}, {"a": 0.0, "b": 0.8, "c": 0.7})
    >>> found.sign_flipped, found.best_changed
    (1, 1)
    """
    changed = flipped = best = tied_before = tied_after = rollouts = compared = 0
    for group in groups:
        pairs = [(x, y) for name in group if (x := before[name]) is not None and (y := after[name]) is not None]
        if len(pairs) < 2:
            continue
        compared, rollouts = compared + 1, rollouts + len(pairs)
        old, new = [x for x, _ in pairs], [y for _, y in pairs]
        signs = list(zip(_signs(old), _signs(new), strict=True))
        changed += sum(x != y for x, y in signs)
        flipped += sum(x * y < 0 for x, y in signs)
        best += not _best(old) & _best(new)
        tied_before += _tied(old)
        tied_after += _tied(new)
    left_out = sum(len(group) for group in groups) - rollouts
    return RankingChanges(compared, rollouts, left_out, changed, flipped, best, tied_before, tied_after)


def _signs(rewards: Sequence[float]) -> list[int]:
    mean = sum(rewards) / len(rewards)
    return [0 if abs(one - mean) < EQUAL else 1 if one > mean else -1 for one in rewards]


def _best(rewards: Sequence[float]) -> set[int]:
    return {i for i, one in enumerate(rewards) if one > max(rewards) - EQUAL}


def _tied(rewards: Sequence[float]) -> bool:
    return max(rewards) - min(rewards) < EQUAL
