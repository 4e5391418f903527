"""What the report and the command line say of the quality of ratings."""

import json

import pytest
from click.testing import CliRunner
from helpers_onboarding import make_onboarding_study, practise, rate, read_texts

from referee_calib.analysis.rating_quality import held_rows, rating_quality
from referee_calib.cli.main import main
from referee_calib.report.document.json_rows import plain
from referee_calib.report.sections.rater_work.rating_quality_section import rating_quality as quality_section
from referee_calib.study.onboarding import known_claims


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    made, _ = make_onboarding_study(tmp_path_factory.mktemp("report") / "study", ("ada", "ben"))
    for rater in ("ada", "ben"):
        read_texts(made, rater)
        practise(made, 4, rater)
    claims = [one.id for one in made.claims(sampled=True)]
    rate(made, claims[0], 4, seconds=0.5)
    rate(made, claims[1], 4)
    rate(made, known_claims(made, "gold")[0].claim, 4)
    rate(made, claims[0], 3, rater="ben")
    return made


def run(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_the_summary_counts_what_is_held_flags_by_kind_and_gold(study):
    found = rating_quality(study)
    assert [(one.kind, one.action, one.n_flags, one.n_raters, one.n_not_held) for one in found.flags] == [
        ("too fast", "hold", 1, 1, 0)
    ]
    assert (found.n_held, found.n_raters_held) == (3, 1)  # one claim with three dimensions
    assert [(one.rater, one.n_right, one.n_judged) for one in found.gold] == [("ada", 1, 1)]
    held = held_rows(study)
    assert {(one.what, one.reason) for one in held} == {("rating that is held", "too fast")}
    assert sum(len(one.names) for one in held) == 3


def test_the_section_says_it_and_a_study_without_any_has_none(study):
    section = quality_section({"rating_quality": plain(rating_quality(study))})
    assert section.blocks[0].text.startswith("3 ratings of 1 rater are held out of every figure")
    assert [block.name for block in section.blocks[1:3]] == ["quality_flags", "gold_results"]
    assert quality_section({}) is None


def test_the_verb_shows_flags_gold_and_holds(study):
    said = run("quality", study.folder)
    assert said.exit_code == 0
    assert "ada: too fast (hold), 1 flag. It took 0.5 s" in said.output
    assert "ada: gold, 1 of 1 right (2% to 100% with 95 % confidence)" in said.output  # 0.025 and 1
    data = json.loads(run("quality", study.folder, "--json").output)
    assert [one["kind"] for one in data["flags"]] == ["too fast"]
    assert [one["rater"] for one in data["held"]] == ["ada"]


def test_holding_and_releasing_need_a_reason_and_one_decision(study):
    assert "no reason" in run("quality", study.folder, "--release", "ada").output
    assert "one decision at a time" in run("quality", study.folder, "--release", "a", "--hold", "b").output
    assert run("quality", study.folder, "--hold", "ben", "--reason", "left early").exit_code == 0
    assert {one.rater for one in study.ratings()} == {"ada"}
    assert run("quality", study.folder, "--release", "ben", "--reason", "came back").exit_code == 0
    assert {one.rater for one in study.ratings()} == {"ada", "ben"}


def test_the_verb_onboard_shows_texts_claims_and_practice_and_grants_attempts(study):
    said = run("onboard", study.folder)
    assert said.exit_code == 0
    assert "consent:       consent.md (sha256 " in said.output
    assert "1 example, 2 practice, 2 gold, 2 attention" in said.output
    assert "ada passed; right: 4 of 4; 2 tries allowed" in said.output
    run("onboard", study.folder, "--grant", "ada")
    data = json.loads(run("onboard", study.folder, "--json").output)
    assert [(one["rater"], one["allowed"]) for one in data["practice"]] == [("ada", 3), ("ben", 2)]


def test_a_wrong_line_is_one_sentence_and_code_2(study, tmp_path):
    (tmp_path / "wrong.jsonl").write_text('{"claim": "c1", "role": "gold"}\n')
    said = run("onboard", study.folder, tmp_path / "wrong.jsonl")
    assert said.exit_code == 2
    assert said.output.strip().endswith("wrong.jsonl line 1: claim 'c1': the study has no such claim. Import it first.")
