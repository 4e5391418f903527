"""``referee-calib agree --spans`` and ``--boxes``: the options, and what they do in the place of ratings."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce, wraps
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from referee_calib.cli import common

Command = Callable[..., Any]
ALSO = ("ratings", "spans", "boxes", "annotators", "length", "frame", "several", "overlaps", "unit", "rater", "cluster",
        "sheet", "confidence", "interval", "reports", "as_json", "seed")  # fmt: skip
_OPTIONS = (
    click.option("--spans", is_flag=True, help="The file holds spans of time: columns start and end."),
    click.option("--boxes", is_flag=True, help="The file holds boxes: columns x1, y1, x2, y2, perhaps time."),
    click.option(
        "--annotators",
        type=click.Choice(["named", "numbered"]),
        help="Of marks: whether a name is one person on every item; a column 'annotation' is numbered by default.",
    ),
    click.option("--length", metavar="LENGTH", help="Of marks: of the video, a number or column; 100 for percent."),
    click.option(
        "--frame", metavar="WxH", help="Of marks: size of the frame in the unit of the boxes; 1x1 for shares."
    ),
    click.option(
        "--several",
        type=click.Choice(["enclose", "largest", "refuse"]),
        default="enclose",
        show_default=True,
        help="Of marks: what several of one person for one item become.",
    ),
    click.option("--overlaps", metavar="A,B,…", help="Of marks: thresholds of overlap; 0.3,0.5,0.7 by default."),
)


def localization_options(command: Command) -> Command:
    """Add the options about marks; with ``--spans`` or ``--boxes`` they take the place of the command."""

    @wraps(command)
    def route(*args: Any, **given: Any) -> Any:
        context = click.get_current_context()
        marks = {name: given.pop(name) for name in ("spans", "boxes", "annotators", "length", "frame", "several",
                                                    "overlaps")}  # fmt: skip
        if marks["spans"] or marks["boxes"]:
            return _agree_on_marks(context, {**given, **marks})
        _refuse(
            context, [name for name in marks if _typed(context, name)], "it is about marks", "Add --spans or --boxes."
        )
        return command(*args, **given)

    return reduce(lambda made, option: option(made), reversed(_OPTIONS), route)


def _agree_on_marks(context: click.Context, given: dict[str, Any]) -> None:
    from agreement import AgreementError
    from referee_calib.errors import InputError
    from referee_calib.table_agreement import agreement_of_marks, check_page, localization_page, printed, write_sections

    kind = "spans" if given["spans"] else "boxes"
    if given["spans"] and given["boxes"]:
        raise InputError("--spans and --boxes", "a file is read as one of them", "Ask for one after the other.")
    others = [name for name in given if name not in ALSO and _typed(context, name)]
    _refuse(context, others, f"it says nothing about {kind}", "Leave it out.")
    _refuse(
        context, ["length"] if kind == "boxes" and given["length"] else [], "it is the length of a span's video", ""
    )
    _refuse(context, ["frame"] if kind == "spans" and given["frame"] else [], "it is the size of a box's frame", "")
    if given["interval"] == "bootstrap":
        raise InputError("--interval bootstrap", f"of {kind} it is jackknife, or none", "Leave --interval out.")
    for page_path in given["reports"]:
        check_page(page_path)
    path: Path = given["ratings"]
    try:
        found = agreement_of_marks(
            _file(context, path, kind, given),
            thresholds=_thresholds(given["overlaps"]),
            confidence=given["confidence"],
            interval=given["interval"] != "none",
        )
    except AgreementError as error:
        do = error.do.replace("several= one of", "--several:").replace("'", "")
        raise InputError(f"{path}: {error.seen}", error.why, do) from error
    page = localization_page(found, path.name)
    for target in given["reports"]:
        write_sections(page, target)
    common.result(found.to_json() | {"source": path.name}, printed(page), as_json=given["as_json"])


def _file(context: click.Context, path: Path, kind: Any, given: dict[str, Any]) -> Any:
    from referee_calib.table_agreement import MarksFile

    return MarksFile(
        path=path,
        kind=kind,
        item=given["unit"] if _typed(context, "unit") else None,
        annotator=given["rater"] if _typed(context, "rater") else None,
        cluster=given["cluster"],
        annotators=given["annotators"],
        length=given["length"],
        frame=given["frame"],
        several=given["several"],
        sheet=given["sheet"],
    )


def _thresholds(text: str | None) -> tuple[float, ...]:
    from referee_calib.errors import InputError
    from referee_calib.localization import THRESHOLDS

    if text is None:
        return THRESHOLDS
    try:
        found = tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise InputError(
            f"--overlaps {text!r:.60}", "they are numbers between commas", "Type: --overlaps 0.5"
        ) from error
    if not all(0 < one <= 1 for one in found):
        raise InputError(f"--overlaps {text!r:.60}", "an overlap lies above 0, up to 1", "Type: --overlaps 0.3,0.5")
    return found


def _typed(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is not ParameterSource.DEFAULT


def _refuse(context: click.Context, names: list[str], why: str, do: str) -> None:
    from referee_calib.errors import InputError

    if names:
        option = next(one.opts[0] for one in context.command.params if one.name == names[0])
        raise InputError(option, why, do)
