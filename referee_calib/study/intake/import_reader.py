"""Reading the files that ``import`` takes: what kind each is, its records, and what could not be used.

Nothing here touches a study's database. Every fault names the file and the line and goes into one list, so that reading
goes on to the end.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any, Literal, Self, get_args

from referee_calib.claims import BoxUnit, ReadingOptions, UnitBatch, parse_rollout
from referee_calib.errors import ClaimError, InputError, RefereeCalibError
from referee_calib.inspect_scores import judgements_of_record
from referee_calib.records import Claim, Mark, Rating, RefereeScore
from referee_calib.rollout_files import (
    DatasetJoin,
    FileRow,
    PlacedRollout,
    ReadRollout,
    ReplyClaims,
    ReplyWorkers,
    RolloutFile,
    RolloutFileOptions,
    file_rows,
    is_open_o3,
    layout_of,
    plain,
    suggested_mapping,
)
from referee_calib.rubric import Rubric
from referee_calib.study.audit import audit_entry
from referee_calib.study.intake import ClaimSpool, ProblemList, SpooledClaim, VideoNames, spooled, with_place
from referee_calib.study.intake.decision_import import TABLE, Placed, checked_assignment, checked_decision
from referee_calib.study.scale_check import check_rating, check_score

Kind = Literal["rollouts", "claims", "ratings", "scores", "marks", "inspect", "audit", "decisions", "assignment"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# A field that only this kind of row has; the first that is found decides.
_MARKS: dict[str, Kind] = {
    "completion": "rollouts",
    "referee": "scores",
    "decision": "decisions",
    TABLE: "assignment",
    "rater": "ratings",
    "actor": "audit",
}
_CLAIM_MARKS = ("boxes", "span")
SEEN_FIRST = 200  # replies by which it is told what is usual in a file
_ANY_FRAME = (BoxUnit.parse("0-1"), BoxUnit(1e9, 1e9))  # to count what a reply of unknown unit would have held


@dataclass
class ImportedFile:
    """What one file holds."""

    path: Path
    kind: Kind
    digest: str  # SHA-256 of the file
    claims: ClaimSpool = field(default_factory=ClaimSpool)
    # ratings, scores, marks: (place, record); place is the file and line, for messages
    ratings: list[tuple[str, Rating]] = field(default_factory=list)
    scores: list[tuple[str, RefereeScore]] = field(default_factory=list)
    marks: list[tuple[str, Mark]] = field(default_factory=list)
    audit: list[dict[str, Any]] = field(default_factory=list)  # entries of another study's audit trail
    decisions: list[Placed] = field(default_factory=list)  # what was decided there, or its assignment
    rollouts: int = 0  # replies
    without_claim: int = 0  # replies that gave no claim at all
    unusable: int = 0  # rows that cannot be used
    # pieces of model text that became no claim, by reason
    parse_failures: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)  # replies by the notation that gave their claims
    remarks: Counter[str] = field(default_factory=Counter)  # what was assumed where claims were read, by reason
    cut_off: int = 0  # lines of a reward log that were being written when its trainer was killed
    without_reply: int = 0  # rows of a benchmark's results that hold no reply
    layout: str = ""  # of a file of replies: the name of its layout


class FileReader:
    """Reads the files of one import.

    Parameters
    ----------
    names : VideoNames
        Says which file a video's name in a reply means.
    problems : ProblemList
        Takes up what cannot be used.
    options : RolloutFileOptions
        What is stated about files of replies.
    reading : ReadingOptions
        What is stated about the notation of the replies.
    rubric : Rubric
        Whose scales ratings and scores have to be on.
    """

    def __init__(
        self,
        names: VideoNames,
        problems: ProblemList,
        options: RolloutFileOptions,
        reading: ReadingOptions,
        rubric: Rubric,
    ) -> None:
        self._rubric = rubric
        self.boxes = UnitBatch()  # the numbers of all boxes as they were written
        self.videos: Counter[str] = Counter()  # claims that name each video, in the order of the files
        self.first_named: dict[str, str] = {}  # where each video is named first
        self._names, self._problems, self._options, self._reading = names, problems, options, reading
        self._lengths: dict[str, float | None] = {}
        self._claims: set[int] = set()  # ids of the claims of all files, as numbers
        self._files: list[ImportedFile] = []
        self._dataset = DatasetJoin(options.dataset, options.join) if options.dataset is not None else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Let the claims of all files go."""
        for file in self._files:
            file.claims.close()

    def read(self, path: Path, kind: Kind | None = None) -> ImportedFile | None:
        """Read one file; what its rows are is seen from the first one by default. None when it is nothing known."""
        try:
            rows = file_rows(path)
            first = next(rows, None)
            if first is None:
                raise InputError(f"{path} is empty", "there is nothing to import")
            return self._read(path, kind or self._kind_of(path, first), chain([first], rows))
        except RefereeCalibError as error:
            wrong = error if isinstance(error, InputError) else InputError(error.seen, error.why, error.do)
            self._problems.add("file", wrong, str(path), fatal=True)
            return None

    def _kind_of(self, path: Path, first: FileRow) -> Kind:
        if first.error is not None:
            raise first.error
        stated = self._options.layout is not None or "completion" in self._options.columns
        if stated and not {"rater", "referee"} & first.fields.keys():
            return "rollouts"
        return kind_of(path, first.fields)

    def _read(self, path: Path, kind: Kind, rows: Iterator[FileRow]) -> ImportedFile:
        contents = ImportedFile(path, kind, _digest(path))
        self._files.append(contents)
        if kind == "rollouts":
            replies = RolloutFile(path, self._options, rows=rows, dataset=self._dataset)
            self._read_rollouts(contents, replies)
            contents.layout = replies.layout.name if replies.layout is not None else ""
            contents.cut_off, contents.without_reply = replies.cut_off, replies.without_reply
            return contents
        for row in rows:
            try:
                if row.error is not None:
                    raise row.error
                self._add_record(contents, row)
            except InputError as error:
                contents.unusable += 1
                self._problems.add("row", with_place(error, row.place), row.place, claims=kind == "claims")
        return contents

    def _add_record(self, contents: ImportedFile, row: FileRow) -> None:
        match contents.kind:
            case "ratings":
                self._add_judgements(contents, row.place, [Rating.from_json(row.fields)], [])
            case "scores":
                self._add_judgements(contents, row.place, [], [RefereeScore.from_json(row.fields)])
            case "inspect":
                found = judgements_of_record(row.fields, contents.path.stem)
                self._add_judgements(contents, row.place, found.ratings, found.scores)
            case "marks":
                contents.marks.append((row.place, Mark.from_json(row.fields)))
            case "audit":
                contents.audit.append(audit_entry(row.fields))
            case "decisions":
                contents.decisions.append((row.place, checked_decision(row.fields, row.place)))
            case "assignment":
                contents.decisions.append((row.place, checked_assignment(row.fields, row.place)))
            case _:
                self._add_claim(contents, spooled(row.place, plain(Claim.from_json(row.fields))))

    def _add_judgements(
        self, contents: ImportedFile, place: str, ratings: Sequence[Rating], scores: Sequence[RefereeScore]
    ) -> None:
        for rating in ratings:
            check_rating(self._rubric, rating, place)
        for score in scores:
            check_score(self._rubric, score, place)
        contents.ratings += [(place, one) for one in ratings]
        contents.scores += [(place, one) for one in scores]

    def _read_rollouts(self, contents: ImportedFile, replies: RolloutFile) -> None:
        rest = iter(replies)
        first = list(islice(rest, SEEN_FIRST))
        reading = self._reading.for_file(reply.text for reply in first)
        usable = self._usable(contents, chain(first, rest))
        with ReplyWorkers(reading, self._length) as workers:
            for reply, found in workers.read(usable):
                try:
                    self._add_reply(contents, reply, found)
                except InputError as error:
                    self._add_unusable(contents, reply.place, reply.rollout.completion, error)

    def _usable(self, contents: ImportedFile, replies: Iterable[ReadRollout]) -> Iterator[PlacedRollout]:
        """Give the replies that have all their fields and a name of their own, with the video that they mean."""
        named: dict[str, str] = {}
        for reply in replies:
            rollout = reply.rollout
            if rollout is None:
                error = reply.error or InputError(reply.place, "it holds no reply")
                self._add_unusable(contents, reply.place, reply.text, error)
            elif rollout.rollout in named:
                why = f"{named[rollout.rollout]} has that name"
                again = ClaimError(f"{reply.place}: rollout {rollout.rollout!r:.60}", why)
                self._add_unusable(contents, reply.place, reply.text, again)
            else:
                named[rollout.rollout] = reply.place
                video = self._names.name_of(rollout.video)
                yield PlacedRollout(reply.place, rollout if video == rollout.video else replace(rollout, video=video))

    def _add_unusable(self, contents: ImportedFile, place: str, text: str, error: InputError) -> None:
        contents.unusable += 1
        self._problems.add("row", with_place(error, place), place, claims=_claims_in(text))

    def _add_reply(self, contents: ImportedFile, reply: PlacedRollout, found: ReplyClaims) -> None:
        if found.error is not None:
            raise found.error
        rollout = reply.rollout
        self.boxes.add(found.written, rollout.box_unit, rollout.video)
        contents.formats.update(found.formats)
        contents.remarks.update(found.remarks)
        contents.rollouts += 1
        contents.without_claim += not found.claims
        contents.parse_failures.update(found.failures)
        place = f"{reply.place}, rollout {rollout.rollout}"
        for claim in found.claims:
            self._add_claim(contents, spooled(place, claim))

    def _length(self, video: str) -> float | None:
        """Return the length of a video that lies where videos are looked for; only few notations ask for it."""
        if video not in self._lengths:
            from referee_calib.video import inspect_video

            try:
                self._lengths[video] = inspect_video(self._names.file_of(video)).duration or None
            except InputError:  # the check of the videos says why
                self._lengths[video] = None
        return self._lengths[video]

    def _add_claim(self, contents: ImportedFile, claim: SpooledClaim) -> None:
        name = claim.row.id
        number = int(name[1:], 16)
        if number in self._claims:
            raise ClaimError(f"{claim.place}: claim {name}", f"the same claim stands in {self._place_of(name)}")
        self._claims.add(number)
        self.videos[claim.video] += 1
        self.first_named.setdefault(claim.video, claim.place)
        contents.claims.add(claim)

    def _place_of(self, claim: str) -> str:
        return next(one.place for file in self._files for one in file.claims if one.row.id == claim)


def kind_of(path: Path, row: Mapping[str, Any]) -> Kind:
    """Say what a file's rows are from the fields of its first one; of a mark they are those of a rater and a claim."""
    if "rater" in row and "dimension" not in row and ("boxes" in row or "span" in row):
        return "marks"
    for mark, kind in _MARKS.items():
        if mark in row:
            return kind
    if layout_of(row) is not None or is_open_o3(row):
        return "rollouts"
    if any(mark in row for mark in _CLAIM_MARKS):
        return "claims"
    if "value" in row:
        return "inspect"
    likely = suggested_mapping(row, ())
    raise InputError(
        f"{path}: rows with the fields {', '.join(sorted(map(str, row))) or '(none)'}",
        "this is no known kind of file",
        f"Name it: --kind {'|'.join(KINDS)}; or name the columns of replies: {likely or '--map completion=COLUMN'}",
    )


def _claims_in(text: str) -> int:
    """Return how many claims a reply would have given, as far as its text tells without a unit."""
    counts = (len(parse_rollout(text, video="unknown", question="", unit=unit).claims) for unit in _ANY_FRAME)
    return max(counts) if text else 0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
