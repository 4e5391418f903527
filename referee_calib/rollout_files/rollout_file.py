"""One file of replies as rollouts, whoever wrote it; what cannot be used is given as the error that it makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from referee_calib.claims import Rollout
from referee_calib.errors import InputError
from referee_calib.rollout_files.dataset_join import TRIED, DatasetJoin
from referee_calib.rollout_files.file_options import RolloutFileOptions
from referee_calib.rollout_files.file_rows import FileRow, file_rows
from referee_calib.rollout_files.layouts import LAYOUTS, RolloutLayout, is_open_o3, layout_of, reward_log_lines
from referee_calib.rollout_files.row_fields import joined, mapped, rollout_fields, suggested_mapping


@dataclass(frozen=True, slots=True)
class ReadRollout:
    """One reply of a file.

    Attributes
    ----------
    place : str
        Where it stands: ``"400.jsonl line 7"``.
    rollout : Rollout or None
        None when it cannot be used.
    error : InputError or None
        Why it cannot be used.
    text : str
        The reply, as far as there is one: what a row that cannot be used would have held.
    """

    place: str
    rollout: Rollout | None
    error: InputError | None = None
    text: str = ""


class RolloutFile:
    """A file of replies, read once and row by row.

    Parameters
    ----------
    path : Path
        JSON, JSON lines, CSV or Parquet in a layout of :data:`LAYOUTS`.
    options : RolloutFileOptions
        What is stated about it.
    rows : iterator of FileRow, optional
        Its rows, where somebody has begun to read them.
    dataset : DatasetJoin, optional
        The data set, where it has been read.

    Attributes
    ----------
    layout : RolloutLayout or None
        Stated, or seen from the first row that can be read; None before that.
    cut_off : int
        1 when the last line of a reward log was cut off, as kill -9 leaves it, and is passed over.
    without_reply : int
        Rows that hold no reply: items of a benchmark that the model did not answer.
    """

    def __init__(
        self,
        path: Path,
        options: RolloutFileOptions,
        *,
        rows: Iterator[FileRow] | None = None,
        dataset: DatasetJoin | None = None,
    ) -> None:
        self.path, self.options, self.dataset = path, options, dataset
        self.layout: RolloutLayout | None = LAYOUTS[options.layout] if options.layout else None
        self._rows = file_rows(path) if rows is None else rows
        self.cut_off = self.without_reply = 0

    def __iter__(self) -> Iterator[ReadRollout]:
        pieces = self._pieces(self._whole_rows())
        if self.dataset is not None:
            first = list(islice(pieces, TRIED))
            self.dataset.settle([fields for _, _, fields, error in first if error is None])
            pieces = chain(first, pieces)
        for place, name, fields, error in pieces:
            if error is None and self.layout is not None:
                yield self._read(self.layout, place, name, fields)
            else:
                yield ReadRollout(place, None, error)

    def _whole_rows(self) -> Iterator[FileRow]:
        """Give the rows; of a reward log without a last line that was cut off when its trainer was killed."""
        before: FileRow | None = None
        for row in self._rows:
            if before is not None:
                yield before
            before = row
        if before is None:
            return
        if before.error is not None and self.layout is reward_log_lines.LAYOUT:
            self.cut_off += 1
        else:
            yield before

    def _pieces(self, rows: Iterator[FileRow]) -> Iterator[tuple[str, str, dict[str, Any], InputError | None]]:
        """Give place, name and fields of each reply under the names that its layout gives them."""
        stem = self.path.name.partition(".")[0]
        for row in rows:
            if row.error is not None:
                yield row.place, "", {}, row.error
                continue
            fields = mapped(row.fields, self.options.columns) if self.options.columns else row.fields
            layout = self.layout = self.layout or self._recognise(fields)
            name = f"{stem}-{row.number}"
            stated = {key: fields[key] for key in self.options.columns if key in fields}
            replies = [{**stated, **reply} if stated else reply for reply in layout.convert(fields)]
            self.without_reply += not replies
            if len(replies) == 1:
                yield row.place, name, replies[0], None
                continue
            for k, reply in enumerate(replies, start=1):
                yield f"{row.place}, reply {k}", f"{name}-{k}", reply, None

    def _recognise(self, fields: dict[str, Any]) -> RolloutLayout:
        found = layout_of(fields)
        if found is None and is_open_o3(fields):
            raise InputError(
                f"{self.path}", "it is a data set without replies", "Name the file of replies, and this by --dataset"
            )
        if found is None:
            raise InputError(
                f"{self.path}: rows with the fields {', '.join(map(str, fields)) or '(none)'}",
                "none of them is known to hold a reply",
                f"Name the columns: {suggested_mapping(fields, ()) or '--map completion=COLUMN'}",
            )
        return found

    def _read(self, layout: RolloutLayout, place: str, name: str, fields: dict[str, Any]) -> ReadRollout:
        text = fields.get("completion")
        said = text if isinstance(text, str) else ""
        try:
            if self.dataset is not None:
                fields = joined(fields, self.dataset.row_of(fields, place))
                fields = mapped(fields, self.options.columns)
            known = rollout_fields(fields, layout, self.options, place, name)
            return ReadRollout(place, Rollout.from_json(known, place), None, said)
        except InputError as error:
            return ReadRollout(place, None, error, said)
