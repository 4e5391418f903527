"""Every block of docs/how_to/rating_page.md runs, and its table names every key with its default."""

import re
from dataclasses import fields
from pathlib import Path

from helpers_docs import run_page

from referee_calib.study import Study
from referee_calib.study.settings import RatingPageSettings

TEXT = (Path(__file__).parent.parent / "docs/how_to/rating_page.md").read_text(encoding="utf-8")


def test_every_block_runs(tmp_path):
    run_page(TEXT, tmp_path)
    page = Study.open(tmp_path / "balls").config.rating_page
    assert (page.draw, page.key_box, page.key_forward) == ("asked", "b", "PageDown")


def test_the_table_names_every_key_with_its_default():
    rows = re.findall(r"^\| `(\S+)` \| `(key_\w+)` \|", TEXT, re.MULTILINE)
    keys = {one.name: one.default for one in fields(RatingPageSettings) if one.name.startswith("key_")}
    assert {name: key if len(key) > 1 else key.lower() for key, name in rows} == keys
