"""``init --rubric``: checked and copied, with the prompts beside it; whole or not at all. What ``doctor`` says."""

from __future__ import annotations

import json

import pytest
from helpers_docs import BLOCK
from helpers_rubric import EXAMPLES, ROOT, written
from helpers_study import run

from referee_calib.referee.prompting.prompt import Prompt
from referee_calib.rubric import load
from referee_calib.study import Study

GERMAN = EXAMPLES / "two_levels_german"


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_rubric_is_copied_with_the_prompts_beside_it(tmp_path):
    done = run("init", tmp_path / "study", "--rubric", GERMAN / "rubric.toml", "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["scales"] == {"relevance": 2, "localization": 2, "timing": 2}
    assert told["rubric"] == load(GERMAN / "rubric.toml").version
    for name in ("rubric.toml", "prompts/de.txt"):
        assert (tmp_path / "study" / name).read_bytes() == (GERMAN / name).read_bytes()
    with Study.open(tmp_path / "study") as study:
        assert (study.config.rubric, study.rubric.language) == ("rubric.toml", "de")


def test_the_scales_are_said_by_init_and_doctor(tmp_path):
    file = written(tmp_path / "words", {"relevance": 2, "timing": 7}, language="fr")
    assert (
        "People judge on: relevance 0 to 1, timing 0 to 6." in run("init", tmp_path / "study", "--rubric", file).output
    )
    done = run("doctor", tmp_path / "study")
    version = load(file).version
    assert f"{version}, in fr: relevance 0 to 1, timing 0 to 6" in done.output
    plain = run("init", tmp_path / "plain")
    assert "relevance 0 to 4, localization 0 to 4, timing 0 to 4" in plain.output


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("given", ["rubric.toml", "words/mine.toml"])
def test_a_rubric_in_the_folder_is_taken_where_it_lies(tmp_path, given, whole):
    path = tmp_path / "study" / given
    written(path.parent, {"timing": 3}).rename(path)
    assert run("init", tmp_path / "study", "--rubric", path if whole else given).exit_code == 0
    with Study.open(tmp_path / "study") as study:
        assert (study.config.rubric, study.rubric.dimensions) == (given, ("timing",))


def test_a_bad_rubric_leaves_nothing_behind(tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text("[relevance]\n")
    done = run("init", tmp_path / "study", "--rubric", bad)
    assert (done.exit_code, (tmp_path / "study").exists()) == (2, False)
    assert "[relevance]: it needs the text title" in done.stderr
    done = run("init", tmp_path / "study", "--rubric", tmp_path / "none.toml")
    assert (done.exit_code, (tmp_path / "study").exists()) == (2, False)
    assert "it cannot be read" in done.stderr


def test_what_was_copied_goes_again_when_the_study_cannot_be_made(tmp_path):
    done = run("init", tmp_path / "study", "--rubric", GERMAN / "rubric.toml", "--name", "x" * 201)
    assert done.exit_code == 2
    assert not (tmp_path / "study").exists()
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "mine.txt").write_text("stays")
    assert run("init", tmp_path / "study", "--rubric", GERMAN / "rubric.toml", "--name", "x" * 201).exit_code == 2
    assert names(tmp_path / "study") == ["mine.txt"]


def test_another_rubric_in_the_folder_is_not_written_over(tmp_path):
    there = written(tmp_path / "study", {"timing": 3})
    before = there.read_bytes()
    done = run("init", tmp_path / "study", "--rubric", GERMAN / "rubric.toml")
    assert done.exit_code == 2
    assert f"take it: --rubric {there}" in done.stderr
    assert there.read_bytes() == before
    assert names(tmp_path / "study") == ["rubric.toml"]


def test_a_study_that_is_there_keeps_its_rubric(tmp_path):
    run("init", tmp_path / "study", "--rubric", GERMAN / "rubric.toml")
    before = names(tmp_path / "study")
    other = written(tmp_path / "other", {"timing": 3})
    done = run("init", tmp_path / "study", "--rubric", other)
    assert done.exit_code == 2
    assert "holds a study already" in done.stderr
    assert names(tmp_path / "study") == before
    assert Study.open(tmp_path / "study").rubric.language == "de"


def test_the_page_about_rubrics_holds_what_can_be_used(tmp_path, monkeypatch):
    page = (ROOT / "docs" / "how_to" / "write_a_rubric.md").read_text(encoding="utf-8")
    toml = page.partition("```toml\n")[2].partition("```")[0]
    (tmp_path / "rubric.toml").write_text(toml, encoding="utf-8")
    assert load(tmp_path / "rubric.toml").scale_words() == "relevance 0 to 2, localization 0 to 1"
    blocks = BLOCK.findall(page)
    monkeypatch.chdir(tmp_path)
    for kind, body in blocks:
        if kind == "text":
            (tmp_path / "de.txt").write_text(body, encoding="utf-8")
            assert Prompt.from_file(tmp_path / "de.txt").verdict == ("Antwort", "Stufe")
        else:
            for line in body.splitlines():
                assert run(*line.split()[2:]).exit_code == 0, line
    assert {kind for kind, _ in blocks} == {"console", "text"}
