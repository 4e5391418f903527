"""Can this referee be used? A few hundred questions with known answers, and a verdict in words.

The scenes are drawn (:mod:`.known_questions`), so no study is needed and no model can have seen them. Who fails
here is not connected, not looking, or not asked in words it understands. Who passes is plugged in right;
whether it judges real videos as people do is what ratings and the report are for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from time import perf_counter

from referee_calib.errors import InputError
from referee_calib.records import Dimension, RefereeScore
from referee_calib.referee import Question, Referee, Reply, ServedBackend, StreamingBackend
from referee_calib.referee_health import paired_checks as compare
from referee_calib.referee_health import reply_checks as checks
from referee_calib.referee_health.health_verdict import EVERYTHING, RefereeHealth
from referee_calib.referee_health.known_questions import (
    INJECTED,
    KINDS,
    SCENES,
    KnownQuestion,
    QuestionKind,
    known_questions,
    reordered,
    with_injections,
)
from referee_calib.referee_health.paired_checks import LEAST_PAIRS, HealthCheck
from referee_calib.referee_health.reply_checks import expected

_FIVE = 4.0  # the best of five levels
_FIRST = 3  # questions that may fail before nothing more is asked
_CONTRASTS: dict[Dimension, dict[QuestionKind, str]] = {
    "relevance": {"wrong": "another thing", "blank": "a blank frame", "another": "a frame of another video"},
    "localization": {
        "wrong": "a box where the thing is not",
        "blank": "a blank frame",
        "another": "a frame of another video",
    },
    "timing": {"wrong": "another span", "blank": "blank frames", "another": "frames of another video"},
}
_NEGLECT = "It does not look at the pictures, or does not get them: score --dry-run shows what it is sent."
_BLIND = "It looks, but does not see this: a larger model, larger pictures (longest_side), or another frame policy."


def examine(
    referee: Referee,
    *,
    dimensions: Sequence[Dimension] = (),
    scenes: int = SCENES,
    progress: Callable[[int], None] = lambda _: None,
) -> RefereeHealth:
    """Ask a referee questions with known answers; nothing is taken from or put into a cache.

    Parameters
    ----------
    referee : Referee
    dimensions : sequence of {"relevance", "localization", "timing"}
    scenes : int
        At least 6: with fewer, nothing can be told from chance.
    progress : callable
        Called with the number of questions that were answered since the last call.

    Raises
    ------
    InputError
        For too few scenes or an unknown dimension.
    RefereeCalibError
        When the backend cannot be set up.
    """
    known = referee.rubric.dimensions
    unknown = sorted(set(dimensions) - set(known))
    if unknown:
        raise InputError(f"dimensions {', '.join(unknown)}", f"the rubric asks about {', '.join(known)}")
    if scenes < LEAST_PAIRS:
        raise InputError(f"{scenes} scenes", f"with fewer than {LEAST_PAIRS} nothing can be told from chance")
    return _Examination(referee, referee.rubric.among(dimensions or known), scenes, progress).result()


def most_questions(dimensions: int, scenes: int) -> int:
    """Return how many questions a visit asks at most.

    Per scene and dimension these are the right claim alone, the four probes together, the right one again, and the
    right and the wrong one with the levels in the other order; and the wrong claims with injections.
    """
    return (1 + len(KINDS) + 1 + 2) * dimensions * scenes + INJECTED


class _Examination:
    """One visit: the questions that were asked and the scores that came."""

    def __init__(
        self, referee: Referee, dimensions: tuple[Dimension, ...], scenes: int, progress: Callable[[int], None]
    ) -> None:
        self.referee, self.dimensions, self.progress = referee, dimensions, progress
        self.probes = known_questions(referee, dimensions, scenes)
        self.right = [probe for probe in self.probes if probe.kind == "right"]
        self.injected_on = next((name for name in ("localization", "relevance") if name in dimensions), None)
        self.injected = list(with_injections(referee, scenes, self.injected_on)) if self.injected_on else []
        self.asked = 0

    def result(self) -> RefereeHealth:
        alone, seconds = self._alone()
        if all(score.status == "error" for score in alone):
            why = Counter(score.reason for score in alone).most_common(1)[0][0]
            return self._health([HealthCheck("reached", "fail", why)], reached=False)
        self._draw(self.probes)
        started = perf_counter()
        scores = self._together([probe.question for probe in self.probes])
        wall = perf_counter() - started
        by_probe = dict(zip(self.probes, scores, strict=True))
        fixed = [score for probe, score in by_probe.items() if probe.kind in ("right", "wrong")]
        found = self._endpoint()
        found += [checks.failures(scores), checks.rung(scores), checks.mass(scores), checks.spread(fixed)]
        found += self._contrasts(by_probe)
        found += [self._load(alone, by_probe), self._repeat(by_probe), self._order(by_probe), self._talk(by_probe)]
        streams = isinstance(self.referee.backend, StreamingBackend)
        found.append(checks.latency(seconds, len(scores), wall, streams))
        return self._health(found, reached=True)

    def _health(self, found: list[HealthCheck], *, reached: bool) -> RefereeHealth:
        barred = not reached or any(one.grade == "fail" and one.key in EVERYTHING for one in found)
        passed = tuple(d for d in self.dimensions if not barred and _tells(d, found))
        return RefereeHealth(
            self.referee.name, self.referee.fingerprint, reached, passed, self.dimensions, self.asked, tuple(found)
        )

    def _endpoint(self) -> list[HealthCheck]:
        """Tell what the backend found out about its server, if it has one."""
        backend = self.referee.backend
        return [checks.endpoint(backend.capabilities().to_json())] if isinstance(backend, ServedBackend) else []

    def _alone(self) -> tuple[list[RefereeScore], list[float]]:
        """Ask the right claims one after the other; stop early when nothing but errors comes back."""
        scores: list[RefereeScore] = []
        seconds: list[float] = []
        self._draw(self.right)
        for probe in self.right:
            started = perf_counter()
            scores.append(self._read(probe.question, self.referee.backend.answer(probe.question)))
            seconds.append(perf_counter() - started)
            if len(scores) == _FIRST and all(score.status == "error" for score in scores):
                break
        return scores, seconds

    def _draw(self, of: Iterable[KnownQuestion]) -> None:
        """Draw and encode what will be sent, so that only the referee's own time is taken."""
        if self.referee.backend.reads_words:
            for probe in of:
                _ = probe.question.pictures

    def _together(self, questions: Sequence[Question]) -> list[RefereeScore]:
        """Ask many questions, at once where the backend can; scores come in the order of the questions."""
        backend = self.referee.backend
        if not isinstance(backend, StreamingBackend):
            return [self._read(question, backend.answer(question)) for question in questions]
        scores = {id(question): self._read(question, reply) for question, reply in backend.answers(iter(questions))}
        lost = Reply(status="error", reason="the backend gave no reply to this question")
        return [scores.get(id(question)) or self._read(question, lost) for question in questions]

    def _read(self, question: Question, reply: Reply) -> RefereeScore:
        self.asked += 1
        self.progress(1)
        return self.referee.read(reply, question.claim.id, question.dimension, sample=question.sample)

    def _level(self, score: RefereeScore) -> float | None:
        """Return an expected level as on five levels, 0 to 4: what counts as a clear difference is said in those."""
        level = expected(score)
        return None if level is None else level * (_FIVE / self.referee.rubric[score.dimension].top)

    def _contrasts(self, scores: dict[KnownQuestion, RefereeScore]) -> Iterable[HealthCheck]:
        for dimension, kinds in _CONTRASTS.items():
            if dimension not in self.dimensions:
                continue
            levels: dict[QuestionKind, list[float | None]] = {"right": [], **{kind: [] for kind in kinds}}
            for probe, score in scores.items():
                if probe.dimension == dimension:
                    levels[probe.kind].append(self._level(score))
            for kind, words in kinds.items():
                do = _BLIND if kind == "wrong" else _NEGLECT
                yield compare.contrast(f"{dimension}: {kind}", levels["right"], levels[kind], words, do)

    def _load(self, alone: Sequence[RefereeScore], scores: dict[KnownQuestion, RefereeScore]) -> HealthCheck:
        if not isinstance(self.referee.backend, StreamingBackend):
            return HealthCheck("alone and together", "cannot tell", "this backend answers one question at a time")
        together = [self._level(scores[probe]) for probe in self.right]
        words = "alone, and among many at once"
        do = "Scores depend on the load: pin the server's batching, or use an engine whose kernels are batch-invariant."
        first = [self._level(score) for score in alone]
        return compare.agreement("alone and together", first, together, good=1e-3, weak=0.1, words=words, do=do)

    def _repeat(self, scores: dict[KnownQuestion, RefereeScore]) -> HealthCheck:
        again = self._together([replace(probe.question, sample=1) for probe in self.right])
        do = "The endpoint is not deterministic: set the temperature to 0, or take several samples of a claim."
        first = [self._level(scores[probe]) for probe in self.right]
        second = [self._level(score) for score in again]
        return compare.agreement("repeats", first, second, good=0.01, weak=0.5, words="asked twice", do=do)

    def _order(self, scores: dict[KnownQuestion, RefereeScore]) -> HealthCheck:
        asked = [probe for probe in self.probes if probe.kind in ("right", "wrong")]
        turned = [reordered(self.referee, probe) for probe in asked]
        questions = [one.question for one in turned if one is not None]
        if not self.referee.backend.reads_words or not questions:
            return HealthCheck(
                "order of the levels", "cannot tell", "the levels are not listed to it, or not in one place"
            )
        other = [self._level(score) for score in self._together(questions)]
        do = "It weighs where a level stands in the list: score with level-1 and level-1-downward, or with yes-no-1."
        first = [self._level(scores[probe]) for probe in asked]
        words = "levels listed best first instead of worst first"
        return compare.agreement("order of the levels", first, other, good=0.25, weak=1.0, words=words, do=do)

    def _talk(self, scores: dict[KnownQuestion, RefereeScore]) -> HealthCheck:
        wrong = {
            probe.scene: self._level(score)
            for probe, score in scores.items()
            if (probe.dimension, probe.kind) == (self.injected_on, "wrong")
        }
        answered = self._together([probe.question for _, probe in self.injected])
        told = {name: self._level(score) for (name, _), score in zip(self.injected, answered, strict=True)}
        return compare.persuasion({name: wrong[probe.scene] for name, probe in self.injected}, told)


def _tells(dimension: Dimension, found: Iterable[HealthCheck]) -> bool:
    """Whether right claims stood above all others on this dimension."""
    return all(one.grade in ("pass", "weak") for one in found if one.key.startswith(f"{dimension}: "))
