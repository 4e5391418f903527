"""The example on real people's ratings: both layouts of the data read alike, and the pages print what is computed."""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers_real_ratings import real_ratings

from referee_calib.errors import InputError

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "real_ratings"
PAGES = ROOT / "docs" / "explanation" / "real_ratings"
sys.path.insert(0, str(EXAMPLE))

from fetv_tables import DIMENSIONS, JUDGES, RATERS, SCORED_AS, SYSTEMS, read_fetv  # noqa: E402
from make_pages import page_text  # noqa: E402
from moment_agreement import moment_agreement  # noqa: E402
from span_tables import NAMES, read_spans  # noqa: E402


def write_table(path: Path, header: str, rows: list[tuple[object, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header.split(","), *rows])


def level(system: int, prompt: int, rater: int, dimension: int) -> int:
    return 1 + (system + prompt + rater * dimension) % 5


@pytest.fixture
def fetv(tmp_path: Path) -> tuple[Path, Path]:
    """The same few ratings as the repository keeps them and as tables; the last system lacks the second prompt."""
    repository, tables = tmp_path / "repository", tmp_path / "tables"
    ratings, scores = [], []
    for s, system in enumerate(SYSTEMS):
        prompts = range(1 if system == SYSTEMS[-1] else 2)
        for r, rater in enumerate(RATERS):
            lines = []
            for prompt in prompts:
                given = {name: level(s, prompt, r, d) for d, name in enumerate(DIMENSIONS)}
                lines.append(json.dumps({str(prompt): {"video_id": "v", **given}}))
                ratings += [(f"{system}/{prompt}", rater, name, value, prompt) for name, value in given.items()]
            path = repository / "manual_eval_results" / rater / f"manual_eval_results_{system}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(lines))
        for j, judge in enumerate(JUDGES):
            path = repository / "auto_eval_results" / judge / f"auto_eval_results_{SCORED_AS.get(system, system)}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps({str(prompt): s + 0.25 * prompt - j for prompt in range(2)}))
            scores += [(f"{system}/{prompt}", judge, s + 0.25 * prompt - j, prompt) for prompt in range(2)]
    write_table(tables / "ratings.csv", "unit,rater,dimension,value,prompt", ratings)
    write_table(tables / "metrics.csv", "unit,referee,score,prompt", scores)
    return repository, tables


def test_fetv_is_read_alike_from_its_repository_and_from_tables(fetv) -> None:
    first, second = map(read_fetv, fetv)
    assert first.prompt == second.prompt == ["0", "1"] * 4 + ["0"]
    assert first.system == second.system
    assert first.n_unrated == second.n_unrated == 1  # the last system's second video has scores and no rating
    for one, other in ((first.ratings, second.ratings), (first.scores, second.scores)):
        for name, values in one.items():
            np.testing.assert_array_equal(values, other[name])
    assert first.ratings["static_quality"][1].tolist() == [level(0, 1, rater, 1) for rater in range(3)]
    assert first.scores["BLIPScore"].tolist() == [s + 0.25 * p - 1 for s in range(5) for p in range(2)][:-1]


def test_spans_are_read_alike_from_their_repository_and_from_tables(tmp_path) -> None:
    rows, tables = [], []
    for query, video in (("Q1", "V1"), ("Q2", "V2")):
        for number in range(5):
            start, end = 10 * number, 10 * number + 40
            rows.append((query, f"{video}.mp4", "a, quoted text", start, end))
            tables.append((query, video, f"a{number + 1}", start, end))
    folder = tmp_path / "repository" / "data" / "raw" / "charades" / "re-annotated"
    write_table(folder / "test_00.csv", "HITId,video_id,description,start,end", rows[:5])
    write_table(folder / "test_01.csv", "HITId,video_id,description,start,end", rows[5:])
    write_table(tmp_path / "tables" / "charades.csv", "unit,video,annotation,start,end", tables)
    first, second = (read_spans(tmp_path / name, "charades") for name in ("repository", "tables"))
    np.testing.assert_array_equal(first.rows, second.rows)
    np.testing.assert_array_equal(first.member, second.member)
    assert first.rows.tolist()[:2] == [[0, 40], [10, 50]]
    assert not first.named  # the five are numbered in order, which names nobody
    found = moment_agreement("charades", first)
    # starts 0, 10, … 40 and lengths 40: the 5 − d pairs that lie d steps apart overlap by (40 − 10d)/(40 + 10d)
    overlaps = [(40 - 10 * d) / (40 + 10 * d) for d in (1, 2, 3, 4) for _ in range(5 - d)]
    assert found.found.overlap.value == pytest.approx(np.mean(overlaps))
    assert found.rejected(0.5).value == pytest.approx(np.mean(np.array(overlaps) < 0.5))
    # one pair of ten does not overlap at all, two by 10/70 = 0.14
    assert found.gate(0.2) == 0.1
    assert found.gate(0.05) is None


def test_other_folders_are_refused_with_what_to_type(tmp_path) -> None:
    with pytest.raises(InputError, match=r"git clone https://github\.com/llyx97/FETV-EVAL"):
        read_fetv(tmp_path)
    with pytest.raises(InputError, match=r"git clone https://github\.com/mayu-ot/hidden-challenges-MR"):
        read_spans(tmp_path, "charades")


def test_the_page_on_spans_is_what_is_computed() -> None:
    folder = real_ratings("spans/charades.csv").parent
    moments = [moment_agreement(name, read_spans(folder, name)) for name in NAMES]
    assert page_text("when_people_agree.md", moments=moments) == (PAGES / "when_people_agree.md").read_text("utf-8")


def test_the_readme_repeats_numbers_of_the_pages() -> None:
    line = next(line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if "five_judges.md): " in line)
    first, second = ((PAGES / name).read_text("utf-8") for name in ("five_judges.md", "when_people_agree.md"))
    assert re.findall(r"0\.\d\d", line) == ["0.41", "0.78"]
    said = re.search(r"\*\*no judge comes(.*?)\*\*", first, re.DOTALL)
    assert said is not None
    assert re.findall(r"at\s(0\.\d\d)", said[1]) == ["0.41", "0.78"]
    assert re.findall(r"(\d\d) %", line) == ["43", "56"]
    assert "refuses 43 % [" in second
    assert "and 56 % [" in second
