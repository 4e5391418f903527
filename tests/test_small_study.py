"""Every verb on a study of three claims of one video says in one line what is missing, or what it could do."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers_rollout_files import REPLY, lines, rollout
from helpers_study import run

from referee_calib.records import Rating
from referee_calib.study import Study

VIDEOS = Path(__file__).parent.parent / "data/sample_study/media"


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Three claims of one video: no span, no true box, no rating, no score."""
    made = Study.create(tmp_path / "study")
    rows = [rollout(f"r{k}", completion=REPLY) for k in range(3)]
    assert run("import", made.folder, lines(tmp_path / "r.jsonl", rows), "--media", VIDEOS, "--link").exit_code == 0
    return made


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("sample", "--claims", "60"), "the study has 3. Type: --claims 3"),
        (("perturb", "--rewards", "iou"), "none of its claims can be perturbed: boxes: 3 claims, no reference boxes"),
        (("report", "--out", "{out}"), "nobody has rated any of its claims"),
        (("recalibrate", "--out", "{out}"), "nobody has rated any of its claims"),
        (("score", "--referee", "openai"), "it needs a model. Name it:"),
    ],
)
def test_what_is_missing_is_one_line(study: Study, tmp_path: Path, command: tuple[str, ...], said: str) -> None:
    verb, *options = (part.format(out=tmp_path / "out") for part in command)
    result = run(verb, study.folder, *options, *(["-q"] if verb in ("perturb", "report", "score") else []))
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.splitlines()
    assert said in line


def test_a_probe_without_truth_says_that_nobody_knows_it(study: Study) -> None:
    result = run("probe", study.folder, "--rewards", "iou,open-o3-shipped", "-q")
    assert result.exit_code == 0, result.output
    assert result.stdout.count("[nobody knows what is true]") == 2


def test_a_report_of_two_people_and_no_referee_says_what_to_type(study: Study, tmp_path: Path) -> None:
    for name in ("anna", "bert"):
        study.add_rater(name, origin="imported")
    levels = [
        Rating(claim=claim.id, rater=name, dimension="relevance", level=k, nonce=f"{name}{k}")
        for k, claim in enumerate(study.claims())
        for name in ("anna", "bert")
    ]
    study.add_ratings(levels)
    result = run("report", study.folder, "--out", tmp_path / "out", "-q")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)
    assert "referee-calib score" in result.stderr
