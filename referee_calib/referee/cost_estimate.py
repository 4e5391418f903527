"""What a scoring run will take: questions, pictures, tokens, money and time, before anybody pays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from referee_calib.errors import VideoError
from referee_calib.io import media_file
from referee_calib.records import DIMENSIONS, RefereeScore
from referee_calib.referee.backend_protocol import ServedBackend
from referee_calib.referee.frame_policy.policy import open_clip
from referee_calib.referee.question import Ask, Question
from referee_calib.referee.question_stream import by_video

if TYPE_CHECKING:
    from referee_calib.referee.referee_spec import Prices
    from referee_calib.referee.scoring import Referee

LOOKED_AT = 4  # questions of each dimension that are made to see how large they are
TOKEN_SIDE = 28  # pixels of a picture that become one token: 28 for Qwen2.5-VL, 32 for Qwen3-VL
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class CostEstimate:
    """What is to be expected of a run.

    Attributes
    ----------
    questions : int
    cached : int
        Of those, the questions whose reply is known to be kept. Others may turn out to be, once they are made.
    asked : int
        The rest.
    pictures, tokens : float or None
        Per question that is asked; None when none could be made.
    measured : bool
        True when `tokens` is what earlier replies of this referee were billed.
    money : float or None
        In `currency`; None without prices or tokens.
    currency : str
    seconds : float or None
        From the median of earlier replies and the number in flight at once; before there are any, from the time of
        the small question with which the server was tried, and then it is a lower bound. None where nothing is known.
    """

    questions: int
    cached: int
    asked: int
    pictures: float | None = None
    tokens: float | None = None
    measured: bool = False
    money: float | None = None
    currency: str = ""
    seconds: float | None = None

    def __str__(self) -> str:
        said = [f"{self.questions:,} questions, {self.cached:,} of them answered in the cache, {self.asked:,} to ask"]
        if self.asked and self.pictures is not None and self.tokens is not None:
            total = f"{self.asked * self.pictures:,.0f} pictures, about {_rounded(self.asked * self.tokens)} tokens"
            said.append(f"{total} ({'as billed before' if self.measured else 'estimated from sizes'})")
        if self.money is not None:
            said.append(f"about {self.money:,.2f} {self.currency}")
        if self.seconds is not None:
            said.append(f"{'about' if self.measured else 'at least'} {_duration(self.seconds)}")
        return "; ".join(said) + "."


def estimate_cost(
    referee: Referee,
    asks: Sequence[Ask],
    media: Path,
    *,
    before: Iterable[RefereeScore] = (),
    prices: Prices | None = None,
    concurrency: int = 64,
    again: bool = False,
) -> CostEstimate:
    """Estimate a run.

    Parameters
    ----------
    referee : Referee
    asks : sequence of Ask
    media : Path
    before : iterable of RefereeScore
        Earlier scores of this referee, for what its replies took.
    prices : Prices, optional
    concurrency : int
        Questions in flight at once.
    again : bool
        Count a kept reply without a verdict as missing.
    """
    open_asks = _uncached(referee, asks, media, again)
    cached, asked = len(asks) - len(open_asks), len(open_asks)
    if not asked:
        return CostEstimate(len(asks), cached, 0)
    pictures, sized = _sizes(referee, open_asks, media)
    earlier = list(before)
    billed = [one.tokens for one in earlier if one.tokens]
    tokens = sum(billed) / len(billed) if billed else sized
    output = referee.spec.decoding.tokens(_rung(referee)) if referee.spec is not None else 1
    money = None
    if prices is not None and tokens is not None:
        money = asked * (max(0.0, tokens - output) * prices.input + output * prices.output) / 1e6
    return CostEstimate(
        len(asks),
        cached,
        asked,
        pictures,
        tokens,
        bool(billed),
        money,
        prices.currency if prices is not None else "",
        _seconds(referee, earlier, asked, concurrency),
    )


def tokens_of(question: Question) -> float:
    """Estimate a question's tokens: pictures by their size, four characters of text to a token."""
    words = sum(len(part) for part in question.parts if isinstance(part, str)) / CHARACTERS_PER_TOKEN
    return words + sum(
        math.ceil(one.width / TOKEN_SIDE) * math.ceil(one.height / TOKEN_SIDE) for one in question.pictures
    )


def first_questions(referee: Referee, asks: Sequence[Ask], media: Path) -> list[Question]:
    """Make questions without asking them; those whose video gives no frame are left out."""
    made: list[Question] = []
    for video, its in by_video(asks).items():
        try:
            clip = open_clip(media_file(media, video), video, [ask[:2] for ask in its], referee.frames, referee.clock)
            made += [referee.question(ask, clip) for ask in its]
        except VideoError:
            continue
    return made


def _uncached(referee: Referee, asks: Sequence[Ask], media: Path, again: bool) -> list[Ask]:
    replies = referee.cached_replies(again=again)
    found: list[Ask] = []
    for video, its in by_video(asks).items():
        known = replies.known(media_file(media, video), its)
        found += [ask for ask, reply in zip(its, known, strict=True) if reply is None]
    return found


def _sizes(referee: Referee, asks: Sequence[Ask], media: Path) -> tuple[float | None, float | None]:
    """Return the mean pictures and tokens of a question, from a few of each dimension."""
    pictures = tokens = 0.0
    counted = 0
    for dimension in DIMENSIONS:
        its = [ask for ask in asks if ask.dimension == dimension]
        made = first_questions(referee, its[:: max(1, len(its) // LOOKED_AT)][:LOOKED_AT], media)
        if made:
            counted += len(its)
            pictures += len(its) * sum(len(one.pictures) for one in made) / len(made)
            tokens += len(its) * sum(map(tokens_of, made)) / len(made)
    return (pictures / counted, tokens / counted) if counted else (None, None)


def _rung(referee: Referee) -> str:
    settings = referee.backend.settings()
    return str(settings.get("rung") or dict(settings.get("decoding") or {}).get("rung") or "")


def _seconds(referee: Referee, earlier: Sequence[RefereeScore], asked: int, concurrency: int) -> float | None:
    if isinstance(referee.backend, ServedBackend):
        referee.backend.capabilities()  # tried with a small question, also where the rung is pinned; or refused here
    took = [one.seconds for one in earlier if one.seconds is not None and one.status == "ok"]
    tried = dict(referee.backend.describe().get("capabilities") or {}).get("seconds")
    each = median(took) if took else tried
    return None if each is None else each * math.ceil(asked / max(1, concurrency))


def _rounded(number: float) -> str:
    """Two figures are all that an estimate knows."""
    if number < 100:
        return f"{number:.0f}"
    digits = -int(math.log10(number)) + 1
    return f"{round(number, digits):,.0f}"


def _duration(seconds: float) -> str:
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(1, math.ceil(seconds))} s"
