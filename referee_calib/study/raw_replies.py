"""A study's raw replies: written to a file, and read again by the present parser without asking anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isclose
from pathlib import Path
from typing import TYPE_CHECKING, Any

from referee_calib.errors import InputError
from referee_calib.io import json_lines
from referee_calib.records import RefereeScore
from referee_calib.referee import LEVELS, YES_NO, Ask, Referee, Reply
from referee_calib.study import retest_noise

if TYPE_CHECKING:
    from referee_calib.study.study import Study

_BY_PROBABILITY = ("exact", "choice", "truncated")
_REPLY_FIELDS = ("text", "status", "reason", "expected", "distribution", "rung", "seconds", "tokens")
_SAME = 1e-9  # two readings of one distribution may differ in the last bits


@dataclass(frozen=True, slots=True)
class RereadResult:
    """What reading again did."""

    # before, after: fingerprints of the referee with the earlier and with the present parser
    before: str
    after: str
    read: int  # replies that were read
    # how many scores changed, by what: ``"level"``, ``"expected level only"``, ``"ok -> unparsed"``, …
    changed: dict[str, int] = field(default_factory=dict)


def reply_of(score: RefereeScore, answers: Sequence[str] = LEVELS, *, top: int = len(LEVELS) - 1) -> Reply:
    """Return the reply that a stored score was read from, as far as the score holds it; `top` is its best level.

    Probabilities are scaled back to the answers' mass, where that is known. What a parser made of a text is no part of
    the reply: "unparsed" and "refused" become replies that came. Where a failed score held probabilities they are
    gone, and it stays as it is.
    """
    lost = score.status != "ok" and (score.rung in _BY_PROBABILITY or not score.raw)
    shares = _shares(score, answers, top)
    by_words = shares is None and score.expected != score.level
    return Reply(
        text=score.raw,
        expected=score.expected if by_words else None,
        distribution=None if shares is None else tuple(p * (1.0 if score.mass is None else score.mass) for p in shares),
        status=score.status if lost or score.status in ("error", "unsupported") else "ok",
        reason=score.reason if lost or score.status in ("error", "unsupported") else "",
        seconds=score.seconds,
        tokens=score.tokens,
        rung=score.rung,
    )


def _shares(score: RefereeScore, answers: Sequence[str], top: int) -> tuple[float, ...] | None:
    if tuple(answers) == YES_NO and score.rung in _BY_PROBABILITY and score.expected is not None:
        yes = score.expected / top  # the expected level is top · P(yes), rescaled
        return yes, 1 - yes
    return score.distribution


def replies(study: Study, fingerprint: str, referee: Referee | None = None) -> Iterator[tuple[RefereeScore, Reply]]:
    """Yield every stored score of a referee with its reply, as it came where the given referee's cache holds it."""
    claims = {one.id: one for one in study.claims()}
    kept = referee.cached_replies() if referee is not None and referee.cache is not None else None
    for score in study.scores(fingerprint):
        known: Reply | None = None
        if kept is not None:
            ask = Ask(claims[score.claim], score.dimension, score.sample)
            known = kept.known(study.media_path(ask.claim.video), [ask])[0]
        answers = LEVELS if referee is None else referee.prompt.answers
        yield score, known or reply_of(score, answers, top=study.rubric[score.dimension].top)


def export_replies(study: Study, fingerprint: str, path: Path, referee: Referee | None = None) -> int:
    """Write a referee's raw replies as JSON lines, which ``--referee scripted:FILE`` replays; return how many."""
    return json_lines.write(path, (_row(score, reply) for score, reply in replies(study, fingerprint, referee)))


def reread(study: Study, source: Referee, target: Referee) -> RereadResult:
    """Read a referee's replies with another parser and store the scores under their own fingerprint."""
    _check(study, source, target)
    pairs = list(replies(study, source.fingerprint, source))
    scores = [
        target.read(reply, score.claim, score.dimension, sample=score.sample, seconds=score.seconds)
        for score, reply in pairs
    ]
    changed = Counter(filter(None, (_change(old, new) for (old, _), new in zip(pairs, scores, strict=True))))
    retest_noise.store_description(study, target.fingerprint, target.describe())
    study.add_scores(scores)
    retest_noise.store_description(study, target.fingerprint, target.describe())
    return RereadResult(source.fingerprint, target.fingerprint, len(scores), dict(changed.most_common()))


def _check(study: Study, source: Referee, target: Referee) -> None:
    if source.fingerprint == target.fingerprint:
        raise InputError(
            f"referee {source.name} ({source.fingerprint})", "its replies were read by this very parser already"
        )
    if _asking(source.settings()) != _asking(target.settings()):
        raise InputError(f"referee {target.name}", "it differs in more than its parser, so its replies are others")
    if not study.score_statuses(source.fingerprint):
        raise InputError(f"study {study.folder}", f"it holds no score of referee {source.fingerprint}")


def _asking(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key != "parser"}


def _change(old: RefereeScore, new: RefereeScore) -> str:
    if old.status != new.status:
        return f"{old.status} -> {new.status}"
    if old.level != new.level:
        return "level"
    same = old.expected == new.expected or isclose(old.expected or 0.0, new.expected or 0.0, abs_tol=_SAME)
    return "" if same else "expected level only"


def _row(score: RefereeScore, reply: Reply) -> dict[str, Any]:
    row = {name: getattr(score, name) for name in ("claim", "dimension", "sample", "referee")}
    row |= {name: getattr(reply, name) for name in _REPLY_FIELDS}
    return {key: value for key, value in row.items() if value not in (None, "")} | {"text": reply.text}
