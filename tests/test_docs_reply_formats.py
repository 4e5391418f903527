"""docs/reference/reply_formats.md names every notation, and each of its examples is read as it says."""

import re
from pathlib import Path

import pytest
from helpers_replies import read

from referee_calib.claims import BOX_ORDERS, FORMAT_NAMES, TimeUnit

PAGE = (Path(__file__).parent.parent / "docs/reference/reply_formats.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    for line in PAGE.splitlines()
    if re.match(r"\| `[a-z][\w-]*` \|", line) and line.count("|") >= 6
]


def test_every_notation_has_a_row():
    assert sorted(row[0].strip("`") for row in ROWS) == sorted(FORMAT_NAMES)


@pytest.mark.parametrize("row", ROWS, ids=[row[0].strip("`") for row in ROWS])
def test_an_example_is_read(row):
    name, example = row[0].strip("`"), row[2].strip("`")
    unit = "0-1" if name == "videochat-r1-track" else "0-1000"
    alone = read(example, unit=unit, format=name)
    found = read(example, unit=unit)
    if name == "molmo":
        assert (alone.claims, [one.reason for one in found.failures]) == ((), ["point_without_box"])
        return
    assert alone.formats == (name,)
    if name != "vtimellm":
        assert found.formats == (name,)
        assert found.claims == alone.claims
    no_time = "no time" in row[4] or name in ("gemini", "videochat-r1-track")
    assert any(one.reason == "box_untimed" for one in alone.remarks) == no_time


def test_every_order_and_unit_of_time_is_named():
    assert all(f"`{order}`" in PAGE for order in BOX_ORDERS)
    for unit in ("seconds", "milliseconds", "percent", "shares", "frames:25", "samples:8"):
        assert f"`{unit.split(':')[0]}" in PAGE
        assert str(TimeUnit.parse(unit)) == unit
