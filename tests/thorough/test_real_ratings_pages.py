"""The page on five judges prints what is computed from the data, which takes half a minute."""

from __future__ import annotations

import sys
from pathlib import Path

from helpers_real_ratings import real_ratings

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "examples" / "real_ratings"))

from make_pages import make_pages  # noqa: E402


def test_the_pages_and_pictures_are_what_the_command_writes(tmp_path) -> None:
    fetv, spans = real_ratings("fetv/ratings.csv").parent, real_ratings("spans/charades.csv").parent
    made = make_pages(fetv, spans, tmp_path / "pages", tmp_path / "pictures")
    assert len(made) == 5
    for path in made[:2]:
        assert path.read_text("utf-8") == (ROOT / "docs" / "explanation" / "real_ratings" / path.name).read_text(
            "utf-8"
        )
    kept = ROOT / "docs" / "pictures" / "real_ratings"
    assert {path.name for path in made[2:]} == {path.name for path in kept.iterdir()}
