"""The preflight: everything that makes a run pay nothing, or pay by wrong numbers, looked for before it begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from referee_calib.claims import UnitBatch, check_units
from referee_calib.errors import InputError, RefereeCalibError
from referee_calib.reward.preflight.honest_reply import honest_item
from referee_calib.reward.preflight.preflight_result import Gravity, PreflightFinding, PreflightResult
from referee_calib.reward.training.parsed_row import read_reply
from referee_calib.reward.training.reply_reward import ReplyReward
from referee_calib.reward.training.trainer_columns import rows_of_items
from referee_calib.reward.training.trainer_rows import TrainerRow, UnusableRow


class CheckedReward(Protocol):
    """What the preflight needs of a reward (see :class:`referee_calib.reward.RolloutReward`)."""

    @property
    def media(self) -> Path | str:
        """Folder of the videos."""

    @property
    def unit(self) -> str | None:
        """Unit of the boxes where no column states it."""

    @property
    def columns(self) -> Mapping[str, str]:
        """From the names used here to those of the data set."""

    @property
    def fingerprint(self) -> str:
        """Name everything that can change what is paid."""

    def needs(self) -> tuple[str, ...]:
        """Return the columns that it cannot do without."""

    def pay(self, judged: Sequence[Any], unjudged: int = 0) -> float | None:
        """Pay the claims of one reply together."""

    def score(self, items: Iterable[Mapping[str, Any]]) -> list[ReplyReward]:
        """Reward replies."""


MOST_ROWS, MOST_PAID = 512, 8  # rows that are looked at, and honest replies that the referee is asked about
FEW_PARSE = 0.05  # share of completions with a claim below which a policy cannot begin to learn
_NAMED = 3


@dataclass(slots=True)
class _Look:
    """What is looked at, and what was found so far."""

    reward: CheckedReward
    items: list[dict[str, Any]]
    rows: list[TrainerRow | UnusableRow]
    findings: list[PreflightFinding] = field(default_factory=list)

    @property
    def usable(self) -> list[TrainerRow]:
        return [row for row in self.rows if isinstance(row, TrainerRow)]

    def say(self, gravity: Gravity, subject: str, words: str, do: str = "") -> None:
        self.findings.append(PreflightFinding(subject, gravity, words, do))


def check_training(
    reward: CheckedReward,
    dataset: Iterable[Mapping[str, Any]] | Mapping[str, Sequence[Any]],
    completions: Sequence[Any] | None = None,
    *,
    rows: int = MOST_ROWS,
) -> PreflightResult:
    """Look at a data set, and at some completions where there are any, as training would meet them.

    Parameters
    ----------
    reward : CheckedReward
        What is to be paid.
    dataset : iterable of mapping, or mapping of columns
        Rows as training has them: `video`, `question`, a unit, and what else there is.
    completions : sequence, optional
        Replies of the policy as it is, to the rows in order; more than one for each row are told off in turn.
    rows : int
        Rows that are looked at, from the first on.

    Returns
    -------
    PreflightResult
        Its `problems` are what stops the run.
    """
    items = list(islice(_rows(dataset), rows))
    read = _read(reward, [{**item, "completion": ""} for item in items])
    look = _Look(reward, items, read)
    if not items:
        look.say("problem", "rows", "the data set has none")
    else:
        _columns(look)
        _videos(look)
        if completions is not None:
            _completions(look, completions)
        _pay(look)
    return PreflightResult(tuple(look.findings), _fingerprint(reward), len(items))


def _rows(dataset: Iterable[Mapping[str, Any]] | Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    if isinstance(dataset, Mapping):
        columns = {str(name): values for name, values in dataset.items()}
        count = min((len(values) for values in columns.values()), default=0)
        yield from ({name: values[i] for name, values in columns.items()} for i in range(count))
        return
    for row in dataset:
        yield dict(row)


def _read(reward: CheckedReward, items: Sequence[Mapping[str, Any]]) -> list[TrainerRow | UnusableRow]:
    return rows_of_items(items, media=Path(reward.media), unit=reward.unit, names=reward.columns, needs=reward.needs())


def _fingerprint(reward: CheckedReward) -> str:
    try:
        return reward.fingerprint
    except RefereeCalibError:
        return ""


def _columns(look: _Look) -> None:
    """Tell which rows cannot be rewarded, and why."""
    wrong = [row for row in look.rows if isinstance(row, UnusableRow)]
    there = ", ".join(sorted({name for item in look.items for name in item}))
    if not wrong:
        look.say("fine", "columns", f"all of {len(look.rows)} rows can be rewarded ({there})")
        return
    reasons = Counter(_without_place(row.reason) for row in wrong)
    for reason, count in reasons.most_common(_NAMED):
        gravity: Gravity = "problem" if count == len(look.rows) or count > 0.1 * len(look.rows) else "remark"
        look.say(gravity, "columns", f"{count} of {len(look.rows)} rows: {reason}", f"The columns are: {there}")


def _without_place(reason: str) -> str:
    return reason.partition(": ")[2] or reason


def _videos(look: _Look) -> None:
    """Tell which videos are not there, or cannot be read."""
    media, names = Path(look.reward.media), dict.fromkeys(row.rollout.video for row in look.usable)
    if not names:
        return
    if not media.is_dir():
        look.say("problem", "videos", f"there is no folder {media}", "Pass media, the videos' folder.")
        return
    troubles = {name: trouble for name in names if (trouble := _trouble(media, name))}
    if not troubles:
        look.say("fine", "videos", f"all {len(names)} can be read")
        return
    some = "; ".join(f"{name}: {why}" for name, why in islice(troubles.items(), _NAMED))
    gravity: Gravity = "problem" if len(troubles) > 0.1 * len(names) else "remark"
    look.say(gravity, "videos", f"{len(troubles)} of {len(names)} cannot be read ({some})")


def _trouble(media: Path, name: str) -> str:
    from referee_calib.io import media_file
    from referee_calib.video import inspect_video

    try:
        return inspect_video(media_file(media, name)).problem
    except InputError as error:
        return error.why or str(error)


def _completions(look: _Look, completions: Sequence[Any]) -> None:
    """Tell how many replies hold a claim, and whether their numbers can mean what is stated."""
    times = max(1, len(completions) // max(1, len(look.items)))
    told = completions[: times * len(look.items)]
    items = [{**look.items[i // times], "completion": text} for i, text in enumerate(told)]
    rows = [row for row in _read(look.reward, items) if isinstance(row, TrainerRow)]
    parsed = [read_reply(row) for row in rows]
    with_claims = sum(bool(one.claims) for one in parsed)
    reasons = Counter(piece.reason for one in parsed for piece in one.failures)
    often = ", ".join(f"{reason} {count}" for reason, count in reasons.most_common(_NAMED))
    said = f"{with_claims} of {len(parsed)} hold a readable claim" + (f" (not read: {often})" if often else "")
    if with_claims < FEW_PARSE * max(1, len(parsed)):
        do = "Nearly all replies earn the same, and nothing is learnt: begin with a short supervised fine-tuning."
        look.say("problem", "completions", said, do)
    else:
        look.say("fine", "completions", said)
    batch = UnitBatch()
    for row, one in zip(rows, parsed, strict=True):
        batch.add(one.written, row.rollout.box_unit, row.rollout.video)
    _units(look, batch, {row.rollout.video for row in rows})


def _units(look: _Look, batch: UnitBatch, videos: Iterable[str]) -> None:
    from referee_calib.video import probe

    sizes = {}
    for name in videos:
        try:
            info = probe(Path(look.reward.media) / name)
        except InputError:
            continue
        sizes[name] = (info.width, info.height)
    found = check_units(batch, sizes)
    for one in found.mistakes:
        look.say("problem", "units", f"{one.n_boxes} boxes stated as {one.stated}: {one.why}", f"Likely: {one.likely}")
    if not found.mistakes and found.findings:
        stated = ", ".join(f"{one.n_boxes} as {one.stated}" for one in found.findings)
        look.say("fine", "units", f"the boxes fit what is stated of them ({stated})")


def _pay(look: _Look) -> None:
    """Tell what an honest reply and an empty one would earn."""
    empty = look.reward.pay([])
    graded = "answer" in look.reward.needs()
    told = [honest_item(row.rollout, look.items[row.index], answers=graded) for row in look.usable[: 4 * MOST_PAID]]
    honest = [one for one in told if one is not None][:MOST_PAID]
    if not honest:
        said = f"no row tells the truth, so that no honest reply was tried; an empty one earns {empty:g}"
        look.say("remark", "pay", said)
        return
    try:
        results = look.reward.score(honest)
    except RefereeCalibError as error:
        look.say("problem", "pay", f"no reply can be paid: {error}")
        return
    values = [one.value for one in results if one.value is not None]
    failed = [one.reason for one in results if one.value is None]
    if not values:
        look.say("problem", "pay", f"of {len(results)} honest replies none has a reward: {failed[0]}")
        return
    mean = sum(values) / len(values)
    said = f"an honest reply earns {mean:.2f} (mean of {len(values)}; {len(failed)} failed), an empty one {empty:g}"
    if mean <= (empty or 0.0):
        look.say("problem", "pay", said, "Nothing is gained by pointing at the truth.")
    else:
        look.say("fine", "pay", said)
