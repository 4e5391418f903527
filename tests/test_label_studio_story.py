"""A study in Label Studio, from the answers that a real server gave: see tests/label_studio, which records them."""

from __future__ import annotations

from pathlib import Path

from helpers_label_studio import recorded, small_study, tell_story

from referee_calib.study import audit


def test_claims_are_pushed_once_and_ratings_come_back_checked_once_each(tmp_path: Path) -> None:
    study, server = small_study(tmp_path / "study"), recorded()
    tell_story(study, server, lambda _what: None)  # type: ignore[arg-type]  # what people did stands in the answers
    assert server.left == 0
    actions = [one.action for one in audit.trail(study)]
    assert actions == ["push to Label Studio"] * 2 + ["import annotations"] * 2
    assert audit.trail(study)[2].detail["new"] == 15
