"""Reading XML that others wrote: elements and texts only, no document type and so no entities that could grow."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree

from referee_calib.errors import InputError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def plain_xml(text: str) -> Element:
    """Return the root of a document.

    Raises
    ------
    InputError
        When it is no XML, or states a document type.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError("the XML states a document type", "entities in it could read files or grow without end")
    try:
        return ElementTree.fromstring(text)  # noqa: S314 - without a document type there are no entities
    except ElementTree.ParseError as error:
        raise InputError("it is no XML", str(error)) from error
