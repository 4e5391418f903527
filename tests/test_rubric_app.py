"""The app with a rubric of the study's own: what the page gets, what it may send, and the words of its still pages."""

from __future__ import annotations

import pytest
from helpers_app import claims_of, write_clip
from helpers_rubric import EXAMPLES, written

from annotate_app import static_pages
from annotate_app.rating_submission import SubmissionRejected, submit_rating
from annotate_app.served_study import ServedStudy
from referee_calib.rubric import load
from referee_calib.study import Study, rubric_of_study, worklist


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("clip") / "ball.mp4"
    write_clip(path, seconds=4)
    return path


@pytest.fixture
def serve(tmp_path, clip):
    def made(file) -> ServedStudy:
        with rubric_of_study(tmp_path / "study", file) as name:
            study = Study.create(tmp_path / "study", rubric=name)
        (study.media / "ball.mp4").write_bytes(clip.read_bytes())
        study.add_claims([one for one in claims_of() if study.rubric.applies(one)])
        study.add_rater("ada")
        return ServedStudy(tmp_path / "study")

    return made


def body(served, card, levels, **more):
    page = {"study": served.key, "rater": "ada", "claim": card["claim"], "rubric": card["rubric"]}
    return page | {"act": "act-of-rating-1", "levels": levels, "seconds": 5, "waited": 0} | more


def card_of(served, dimensions=None):
    """Return the card of a claim that is judged on these, or of the rater's first."""
    study = served.study
    key = next((one.id for one in study.claims() if study.rubric.applies(one) == dimensions), "")
    return served.card("ada", worklist(study, "ada"), key)


def test_the_page_gets_the_scales_that_claim_and_rubric_have_and_their_language(serve):
    served = serve(EXAMPLES / "mixed_levels_arabic" / "rubric.toml")
    card = card_of(served, ("relevance", "timing"))
    assert card["language"] == "ar"
    assert [(one["dimension"], len(one["levels"])) for one in card["scales"]] == [("relevance", 3), ("timing", 5)]
    assert [one["dimension"] for one in card_of(served, ("relevance",))["scales"]] == ["relevance"]  # a box alone


def test_two_scales_of_different_length_are_checked_each_on_its_own(serve):
    served = serve(EXAMPLES / "mixed_levels_arabic" / "rubric.toml")
    card = card_of(served, ("relevance", "timing"))
    for levels, said in (
        ({"relevance": 3, "timing": 4}, "The level of relevance must be a whole number from 0 to 2."),
        ({"relevance": 2, "timing": 5}, "The level of timing must be a whole number from 0 to 4."),
        ({"relevance": 2}, "judged on relevance and timing, each"),
        ({"relevance": 2, "timing": 4, "localization": 1}, "judged on relevance and timing, each"),
    ):
        with pytest.raises(SubmissionRejected) as refused:
            submit_rating(served, "ada", body(served, card, levels))
        assert (refused.value.status, said in refused.value.why) == (422, True)
    assert served.study.ratings() == []
    assert submit_rating(served, "ada", body(served, card, {"relevance": 2, "timing": 4})).new == 2
    assert {one.dimension: one.level for one in served.study.ratings()} == {"relevance": 2, "timing": 4}


@pytest.mark.parametrize("count", [2, 11])
def test_the_best_level_of_any_scale_is_stored(serve, tmp_path, count):
    served = serve(written(tmp_path / "words", {"relevance": count}))
    card = card_of(served)
    with pytest.raises(SubmissionRejected, match=f"from 0 to {count - 1}"):
        submit_rating(served, "ada", body(served, card, {"relevance": count}))
    assert submit_rating(served, "ada", body(served, card, {"relevance": count - 1})).new == 1


def test_a_skipped_claim_is_skipped_on_what_it_is_judged_on(serve, tmp_path):
    served = serve(written(tmp_path / "words", {"timing": 3}))
    card = card_of(served)
    reason = card["reasons"][0]
    assert submit_rating(served, "ada", body(served, card, {}, reason=reason)).new == 1
    assert [(one.dimension, one.level, one.reason) for one in served.study.ratings()] == [("timing", None, reason)]


@pytest.mark.parametrize(("tables", "keys"), [
    ({"relevance": 2}, ("0", "1")), ({"relevance": 2, "timing": 7}, ("0", "6")), ({"relevance": 11}, ("0", "9")),
])  # fmt: skip
def test_the_keys_are_those_of_the_longest_scale(tmp_path, tables, keys):
    page = static_pages.words(load(written(tmp_path, tables)))
    assert f"<kbd>{keys[0]}</kbd> – <kbd>{keys[1]}</kbd>" in page
    assert page.count("<ol>") == len(tables)


def test_the_words_carry_their_language_and_run_as_their_letters_do():
    rubric = load(EXAMPLES / "mixed_levels_arabic" / "rubric.toml")
    page = static_pages.words(rubric)
    assert page.count('lang="ar"') == 1  # around both scales
    assert page.count('<li dir="auto">') == 3 + 5
    assert all(sentence in page for scale in rubric.scales for sentence in scale.levels)
    assert 'lang=""' not in static_pages.words(load(EXAMPLES / "seven_levels_english" / "rubric.toml"))


def test_a_rubric_is_text_and_never_markup(tmp_path):
    path = written(tmp_path, {"relevance": 2})
    path.write_text(path.read_text().replace("relevance at level 1.", "<b onclick='x()'>bold</b>"))
    assert "<b onclick" not in static_pages.words(load(path))
