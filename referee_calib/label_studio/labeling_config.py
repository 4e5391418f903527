"""The labeling configuration of a project: the study's rubric as Label Studio asks it.

Which dimensions a claim is judged on comes with its task, as a hidden answer that shows their questions; so every
question that is shown must be answered, unless a reason for skipping is chosen, which hides them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from referee_calib.annotation_reading import SKIP_REASONS, plain_xml
from referee_calib.errors import InputError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from referee_calib.rubric import Rubric, Scale

VIDEO, BOX, BOX_LABELS, SPAN, ASKED, SKIP, NOTE = "video", "box", "box_label", "span", "asked", "skip", "note"
BOX_LABEL, SPAN_LABEL = "claimed box", "claimed span"
_HELD = ("", "shift+", "alt+")  # by scale
_KEYS = {SKIP: "ctrl+alt+", ASKED: "ctrl+alt+shift+"}
_TEXTS = ("Question: $question", "Answer of the model: $answer", "Claim: $evidence")
_HOW = "Click “claimed box” or “claimed span” in the list of regions to go there. Judge them as they are."


def labeling_config(rubric: Rubric) -> str:
    """Return the configuration as XML.

    Parameters
    ----------
    rubric : Rubric
        Any dimensions and levels; each level is a choice with its number and its sentence.
    """
    view = ElementTree.Element("View")
    for text in _TEXTS:
        _header(view, text)
    _header(view, _HOW)
    _video(view)
    hidden = _add(view, "View", style="display:none")
    _choices(hidden, ASKED, [scale.dimension for scale in rubric.scales], "multiple")
    judged = _add(view, "View", visibleWhen="choice-unselected", whenTagName=SKIP)
    for scale, held in zip(rubric.scales, _HELD, strict=False):
        _scale(judged, scale, held)
    _header(view, "Or say why you skip this claim; then no level counts.")
    _choices(view, SKIP, SKIP_REASONS, "single-radio", showInline="true")
    _header(view, "Note")
    _add(view, "TextArea", name=NOTE, toName=VIDEO, rows="2", maxSubmissions="1", editable="true")
    ElementTree.indent(view)
    return ElementTree.tostring(view, encoding="unicode")


def asked_words(config: str) -> list[tuple[str, ...]]:
    """Return what a configuration asks: every control with its answers in order, and every text; its looks left out.

    Raises
    ------
    ValueError
        When it is no XML.
    """
    try:
        root = plain_xml(config)
    except InputError as error:
        raise ValueError(str(error)) from error
    said: list[tuple[str, ...]] = []
    for one in root.iter():
        if one.tag == "Header":
            said.append(("Header", one.get("value", "")))
        elif one.get("toName"):
            answers = [answer.get("alias", "") for answer in one]
            shown = [answer.get("value", "") for answer in one]
            said.append((one.tag, one.get("name", ""), *answers, *shown))
    return said


def _video(view: Element) -> None:
    _add(view, "Video", name=VIDEO, value="$video", frameRate="$fps", height="480", timelineHeight="80")
    _add(view, "VideoRectangle", name=BOX, toName=VIDEO)
    _add(
        _add(view, "Labels", name=BOX_LABELS, toName=VIDEO),
        "Label",
        value=BOX_LABEL,
        background="#ffd400",
        hotkey="ctrl+alt+b",
    )
    span = _add(view, "TimelineLabels", name=SPAN, toName=VIDEO)
    _add(span, "Label", value=SPAN_LABEL, background="#1f77b4", hotkey="ctrl+alt+s")


def _scale(judged: Element, scale: Scale, held: str) -> None:
    """Ask for a level; key 3 is level 3 and nothing else, with another key held down for the second and third scale."""
    shown = _add(judged, "View", visibleWhen="choice-selected", whenTagName=ASKED, whenChoiceValue=scale.dimension)
    _header(shown, _said(f"{scale.title}: {scale.question}"))
    _header(shown, _said(scale.help), size="6")
    choices = _add(
        shown, "Choices", name=scale.dimension, toName=VIDEO, choice="single-radio", required="true",
        requiredMessage=_said(f"{scale.title}: choose a level, or say why you skip this claim."),
    )  # fmt: skip
    for level, words in enumerate(scale.levels):
        _add(
            choices,
            "Choice",
            value=_said(f"{level} · {words}"),
            alias=str(level),
            hotkey=f"{held}{level}" if level < 10 else f"{held}minus",
        )


def _choices(view: Element, name: str, values: Sequence[str], choice: str, **more: str) -> None:
    """Offer answers; Label Studio would give them the next digits as keys, and a digit is a level here."""
    choices = _add(view, "Choices", name=name, toName=VIDEO, choice=choice, **more)
    for number, value in enumerate(values, start=1):
        _add(choices, "Choice", value=value, hotkey=f"{_KEYS[name]}{number}")


def _header(view: Element, text: str, size: str = "5") -> None:
    _add(view, "Header", value=text, size=size)


def _add(parent: Element, tag: str, **attributes: str) -> Element:
    return ElementTree.SubElement(parent, tag, attributes)


def _said(text: str) -> str:
    """Return text of the rubric; Label Studio takes a dollar sign for the name of a field, so it becomes a wide one."""
    return " ".join(text.split()).replace("$", "\uff04")
