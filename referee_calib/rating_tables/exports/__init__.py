"""Exports of annotation tools, read as they are: each tool's own form, and how it is told from the others."""

from referee_calib.rating_tables.exports.answers import Answers
from referee_calib.rating_tables.exports.tools import FOLDERS, POTATO_FILES, TOOLS, tool_of

__all__ = ["FOLDERS", "POTATO_FILES", "TOOLS", "Answers", "tool_of"]
