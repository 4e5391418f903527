"""The bench on which one reward is examined: true evidence, the honest and the wrong reply beside it, and any probe.

Everything is asked for when it is first needed and kept, in memory and, for a reward with a fingerprint, on the disk.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from referee_calib.perturb.draws import Draws, Floats
from referee_calib.perturb.store import Answer, Answers
from referee_calib.probes.base import Reply, Start
from referee_calib.probes.paying import Payer

CHUNK = 64  # replies between two writes
SAME = 1e-9  # rewards nearer than this are the same


@dataclass
class Bench:
    """One reward and one kind of evidence.

    Attributes
    ----------
    payer : Payer
    starts : sequence of Start
    draws : Draws
        Of the starts' videos.
    folder : Path or None
        Where answers are kept.
    repeats : int
        How often a reward with noise of its own is asked for the truth.
    progress : callable
        Told how many replies were paid.
    made : dict of str to (list, list)
        By probe, its replies and those that they are compared with, once they were made.
    failures : dict of str to Counter
        By name of what was asked, how many replies got no value for which reason.
    """

    payer: Payer
    starts: Sequence[Start]
    draws: Draws
    folder: Path | None = None
    repeats: int = 3
    progress: Callable[[int], None] = lambda count: None
    failures: dict[str, Counter[str]] = field(default_factory=dict)
    made: dict[str, tuple[list[Reply | None], list[Reply | None]]] = field(default_factory=dict)
    _kept: Answers | None = None
    _asked: set[str] = field(default_factory=set)
    _values: dict[str, Floats] = field(default_factory=dict)

    def paid(self, name: str, replies: Sequence[Reply | None], sample: int = 0, *, as_text: bool = False) -> Floats:
        """Return what is paid for one reply per start, NaN where there is none or the reward failed.

        Parameters
        ----------
        name : str
            Under which it is remembered.
        replies : sequence of Reply or None
        sample : int
            Number of the repeat.
        as_text : bool
            See :meth:`referee_calib.probes.paying.Payer.pay`.
        """
        if name not in self._values:
            self._values[name] = self._ask(name, replies, sample, as_text and self.payer.reads)
        return self._values[name]

    def known(self, name: str) -> Floats | None:
        """Return what was paid under a name, None when it was not asked for."""
        return self._values.get(name)

    @property
    def true(self) -> Floats:
        """What is paid for the truth."""
        return self.paid("true", [Reply((start.claim,)) for start in self.starts])

    @property
    def wrong(self) -> Floats:
        """What is paid for evidence of the same size elsewhere."""
        return self.paid("wrong", [None if s.wrong is None else Reply((s.wrong,)) for s in self.starts])

    @property
    def gap(self) -> Floats:
        """How much more the truth is paid than evidence elsewhere, shape (draws,): what one unit of Rn is worth."""
        return self.draws.mean(self.true - self.wrong)

    @property
    def retest_sd(self) -> float:
        """Standard deviation of repeats of one question, pooled over the claims."""
        if self.payer.exact or self.repeats < 2 or not hasattr(self.payer.reward, "judge"):
            return 0.0
        truth = [Reply((start.claim,)) for start in self.starts]
        many = [self.true, *(self.paid(f"true {s}", truth, s) for s in range(1, self.repeats))]
        whole = np.array(many)[:, ~np.isnan(many).any(axis=0)]
        return float(np.sqrt(whole.var(axis=0, ddof=1).mean())) if whole.size else 0.0

    @property
    def refused(self) -> str:
        """Why nothing can be normalised; empty when it can."""
        if not all(start.truth for start in self.starts):
            return "nobody knows what is true"
        gap = float(self.gap[0])
        if np.isnan(gap):
            return "the reward has no value for true evidence, or for wrong one"
        low, _ = self.draws.limits(self.gap)
        if gap <= max(SAME, 2 * self.retest_sd) or (low is not None and low <= SAME):
            return f"it does not pay true evidence more than evidence elsewhere (by {gap:.3g})"
        return ""

    def ahead(self, replies: Iterable[tuple[int, Reply]], *, as_text: bool = False) -> None:
        """Have many replies paid at once, video by video, so that each is decoded seldom.

        Parameters
        ----------
        replies : iterable of (int, Reply)
            Each with the place of its start.
        as_text : bool
            See :meth:`referee_calib.probes.paying.Payer.pay`.
        """
        as_text = as_text and self.payer.reads
        by_video = sorted(replies, key=lambda pair: pair[1].claims[0].video)
        self._settle([(i, reply, _key(reply, self.starts[i], 0, as_text)) for i, reply in by_video], 0, as_text)

    @property
    def kept(self) -> Answers:
        """What was answered before."""
        if self._kept is None:
            self._kept = Answers(self.folder, self.payer.fingerprint)
        return self._kept

    def _ask(self, name: str, replies: Sequence[Reply | None], sample: int, as_text: bool) -> Floats:
        there = [(i, reply) for i, reply in enumerate(replies) if reply is not None]
        asked = [(i, reply, _key(reply, self.starts[i], sample, as_text)) for i, reply in there]
        self._settle(asked, sample, as_text)
        return self._collect(name, [(i, self.kept.found[key]) for i, _, key in asked], len(replies))

    def _settle(self, asked: Sequence[tuple[int, Reply, str]], sample: int, as_text: bool) -> None:
        """Have paid what is not known yet, and keep it; what failed is asked once more in a run."""
        todo = {key: (i, reply) for i, reply, key in asked if key not in self._asked and self.kept.get(key) is None}
        rows = list(todo.items())
        for begin in range(0, len(rows), CHUNK):
            piece = rows[begin : begin + CHUNK]
            truths = [self.starts[i].annotated for _, (i, _) in piece]
            said = self.payer.pay([reply for _, (_, reply) in piece], truths, sample=sample, as_text=as_text)
            self.kept.add([(key, answer) for (key, _), answer in zip(piece, said, strict=True)])
            self._asked.update(key for key, _ in piece)
            self.progress(len(piece))

    def _collect(self, name: str, answers: Sequence[tuple[int, Answer]], count: int) -> Floats:
        values = np.full(count, np.nan)
        lost = self.failures.setdefault(name, Counter())
        for i, answer in answers:
            if answer.value is None:
                lost[f"{answer.status}: {answer.reason}"] += 1
            else:
                values[i] = answer.value
        return values


def _key(reply: Reply, start: Start, sample: int, as_text: bool) -> str:
    """Name a question: everything that is said, what it is compared with, and the number of the repeat."""
    said = [[claim.id, claim.reference_boxes, claim.reference_span] for claim in reply.claims]
    packed = json.dumps([said, reply.text, start.claim.id, sample, as_text], separators=(",", ":"))
    return "r" + hashlib.sha256(packed.encode("utf-8", "surrogatepass")).hexdigest()[:24]
