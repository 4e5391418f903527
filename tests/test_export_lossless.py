"""An export comes back whole: records, and what was decided about them; what stays behind is named."""

import json
from dataclasses import asdict

import pytest
from helpers_filtered_study import filtered_study
from helpers_study import run

from referee_calib.errors import InputError, StudyError
from referee_calib.study import Study, adjudications, assignment, exclusions, quality
from referee_calib.study.exporting import FILES, LEFT_OUT, export
from referee_calib.study.intake.importing import import_files
from referee_calib.study.onboarding import known_claims


@pytest.fixture
def study(tmp_path, database):
    with filtered_study(tmp_path / "study", assigned=True) as made:
        yield made


def everything(study):
    """All that figures rest on, and what they count."""
    return {
        "claims": study.claims(perturbed=True),
        "ratings": study.ratings(history=True, perturbed=True, held=True, occasion=None),
        "counted": (study.claims(), study.ratings(), study.ratings(occasion="repeat"), study.marks(), study.scores()),
        "sampled": study.claims(sampled=True),
        "marks": study.marks(history=True, perturbed=True, held=True),
        "scores": study.scores(perturbed=True),
        "known": known_claims(study),
        "holds": quality.holds(study),
        "decided": [
            {**asdict(one), "seq": 0} for one in (*exclusions(study, history=True), *adjudications(study, history=True))
        ],
        "assigned": assignment.coverage(study),
        "chances": assignment.assigned_chances(study),
    }


def brought_back(study, folder, out, **more):
    export(study, out)
    again = Study.create(folder)
    import_files(again, sorted(out.iterdir()), media=study.media, add_raters=True, **more)
    return again


def test_every_record_and_decision_comes_back(study, tmp_path):
    with brought_back(study, tmp_path / "again", tmp_path / "out") as again:
        before, after = everything(study), everything(again)
        assert {name for name in before if before[name] != after[name]} == set()
        assert {one.name for one in again.raters()} == {one.name for one in study.raters()}
        assert [len(before[name]) for name in ("known", "holds", "decided")] == [3, 1, 4]  # nothing of it is empty
        assert before["assigned"].claims
        assert before["assigned"].pairs


def test_an_export_of_what_came_back_is_the_same(study, tmp_path):
    with brought_back(study, tmp_path / "again", tmp_path / "out") as again:
        export(again, tmp_path / "twice")
        for name in set(FILES) - {"audit.jsonl"}:  # which says that records were imported
            assert (tmp_path / "twice" / name).read_bytes() == (tmp_path / "out" / name).read_bytes(), name
        trail = (tmp_path / "out" / "audit.jsonl").read_text().splitlines()
        assert len(trail) > 5
        assert len((tmp_path / "twice" / "audit.jsonl").read_text().splitlines()) > len(trail)


def test_importing_an_export_again_changes_nothing(study, tmp_path):
    with brought_back(study, tmp_path / "again", tmp_path / "out") as again:
        before = everything(again)
        done = import_files(again, sorted((tmp_path / "out").iterdir()), media=study.media, add_raters=True)
        assert sum(file.get("new", 0) for file in done.files) == 0
        assert everything(again) == before
        assignment.assign(again, study.config.assignment, raters=["ada", "bob"])  # its number is behind those there


@pytest.mark.sqlite_only
def test_what_an_export_leaves_out_is_named(tmp_path, database):
    filtered_study(tmp_path / "study").close()
    said = run("export", tmp_path / "study", "--out", tmp_path / "out")
    assert said.exit_code == 0
    assert all(one in said.stdout for one in LEFT_OUT)
    assert json.loads((tmp_path / "out" / "export.json").read_text())["left_out"] == list(LEFT_OUT)


@pytest.mark.sqlite_only
def test_decisions_of_another_study_are_not_merged_in_silence(tmp_path, database):
    with filtered_study(tmp_path / "study", assigned=True) as study:
        export(study, tmp_path / "out")
        assignment.assign(study, study.config.assignment)  # and goes on
        with pytest.raises(StudyError, match="has an assignment of its own"):
            import_files(study, [tmp_path / "out" / "assignment.jsonl"])
    with Study.create(tmp_path / "bare") as bare, pytest.raises(InputError, match="no such claim"):
        import_files(bare, [tmp_path / "out" / "decisions.jsonl"])


WRONG = {
    "kind": ({"decision": "verdict"}, "it is one of exclusion"),
    "fields": ({"decision": "exclusion", "subject": "ada"}, "its fields are kind, subject"),
    "type": (
        {"decision": "hold", "time": "", "actor": "", "rater": "ada", "claim": "", "held": "1", "reason": ""},
        "type",
    ),
    "level": ("adjudication", {"level": 9}, "0 to 4"),
    "subject": ("exclusion", {"kind": "video"}, "only a rater or a claim"),
    "stranger": ("hold", {"rater": "nobody"}, "no such rater"),
    "nul": ("hold", {"reason": "a\0b"}, "another type"),
}


@pytest.mark.sqlite_only
@pytest.mark.parametrize("case", WRONG)
def test_wrong_decisions_are_refused_and_nothing_is_stored(case, tmp_path, database):
    *of, row, said = ["", *WRONG[case]][-3:]
    with filtered_study(tmp_path / "study") as study:
        export(study, tmp_path / "out")
        if of[0]:
            lines = map(json.loads, (tmp_path / "out" / "decisions.jsonl").read_text().splitlines())
            row = next(one for one in lines if one["decision"] == of[0]) | row
        (tmp_path / "wrong.jsonl").write_text(json.dumps(row) + "\n")
        before = everything(study)
        with pytest.raises(InputError, match=said):
            import_files(study, [tmp_path / "wrong.jsonl"])
        assert everything(study) == before
