"""Every command of docs/how_to/label_studio.md runs, on the server whose answers are recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers_docs import run_page
from helpers_label_studio import RecordedServer, levels, recorded, small_study

from referee_calib import label_studio

PAGE = Path(__file__).parent.parent / "docs" / "how_to" / "label_studio.md"


def test_the_page_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    study, server = small_study(tmp_path / "mystudy"), recorded(pulls=(0, 2))

    @contextmanager
    def signed_in(_url: str) -> Iterator[RecordedServer]:
        yield server

    monkeypatch.setattr(label_studio, "sign_in", signed_in)
    run_page(PAGE.read_text(encoding="utf-8"), tmp_path)
    assert server.left == 0
    assert levels(study)["anna", 0] == {"relevance": 1, "localization": 2}  # with her correction
