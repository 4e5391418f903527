"""The documentation site: every page with code is run by some test, and every example row of a format is read."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from referee_calib.claims import Rollout, claims_of
from referee_calib.records import Claim, Mark, Rating, RefereeScore

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
TUTORIALS = sorted(path.stem for path in (DOCS / "tutorials").glob("*.md") if path.stem != "index")
ELSEWHERE = {  # pages whose blocks are run by tests of their own
    *("how_to/assign_claims.md", "how_to/referees.md", "how_to/test_any_reward.md", "how_to/which_number_to_report.md"),
    *("how_to/ratings_tables_and_exports.md", "how_to/import_rollouts.md", "how_to/agreement_on_spans_and_boxes.md"),
    *(
        "how_to/report_a_benchmark.md",
        "how_to/report_from_tables.md",
        "how_to/rating_page.md",
        "how_to/write_a_rubric.md",
    ),
    *("how_to/label_studio.md", "how_to/onboarding_and_quality.md", "how_to/postgresql_and_backups.md"),
    *("how_to/invite_people.md", "how_to/behind_a_proxy.md", "how_to/coordinate_a_study.md"),
    *("how_to/rewards_in_trainers.md", "how_to/vote_over_rollouts.md", "how_to/audit_a_run.md"),
    *("reference/reward.md", "reference/perturbations.md", "explanation/robustness.md"),
    *("explanation/continuous_judges.md", "explanation/error_by_agreement.md", "explanation/video_frames.md"),
    "explanation/policy_improvement.md",
}
BLOCK = re.compile(r"```(python|console)\n(.*?)```", re.DOTALL)


def test_every_page_with_code_is_run_by_some_test():
    with_code = {
        str(path.relative_to(DOCS))
        for path in DOCS.rglob("*.md")
        if BLOCK.search(path.read_text(encoding="utf-8")) and "_build" not in path.parts
    }
    assert with_code - {f"tutorials/{page}.md" for page in TUTORIALS} == ELSEWHERE


def section(title):
    text = (DOCS / "formats.md").read_text(encoding="utf-8")
    return text.split(f"### {title}\n")[1].split("\n## ")[0].split("\n### ")[0]


def documented(title):
    return {
        name
        for cell in re.findall(r"^\| (`.*?) \|", section(title), re.MULTILINE)
        for name in re.findall(r"`(\w+)`", cell)
    }


@pytest.mark.parametrize(
    ("title", "record"),
    [
        ("rollouts.jsonl", Rollout),
        ("claims.jsonl", Claim),
        ("ratings.jsonl", Rating),
        ("scores.jsonl", RefereeScore),
        ("marks.jsonl", Mark),
    ],
)
def test_a_format_names_every_field_and_its_example_is_read(title, record):
    assert documented(title) == {field.name for field in fields(record)}
    rows = [json.loads(row) for row in re.findall(r"```json\n(.*?)```", section(title), re.DOTALL)]
    assert len(rows) == 1
    read = Rollout.from_json(rows[0], "here") if record is Rollout else record.from_json(rows[0])
    if isinstance(read, Rollout):
        (claim,) = claims_of(read).claims
        assert claim.reference_boxes is not None
        assert len(claim.reference_boxes) == 1


def test_every_package_is_on_the_map():
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.parent.name for path in (ROOT / "referee_calib").glob("*/__init__.py")} | {
        "agreement",
        "annotate_app",
    }
    on_the_map = {name.removeprefix("referee_calib.") for name in re.findall(r"\*\*`([\w.]+)`\*\*", page)}
    assert rooms - on_the_map == set()
    assert on_the_map - rooms - {"certification"} == set()
