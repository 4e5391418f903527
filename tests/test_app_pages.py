"""The Streamlit script: which page a rater sees, and what is on it."""

import json
import sys

import pytest
from helpers_app import IMAGE_TEXT, claims_of, make_study
from helpers_study import order_of
from streamlit.testing.v1 import AppTest

from annotate_app import static_pages
from annotate_app.served_study import STUDY_VARIABLE, ServedStudy, open_served_study
from annotate_app.server import SCRIPT
from referee_calib.errors import StudyError
from referee_calib.records import Rating
from referee_calib.rubric import Rubric, Scale
from referee_calib.study.settings import RatingPageSettings


@pytest.fixture(autouse=True)
def main_module():
    """AppTest runs the script as __main__ and leaves it there."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def study(tmp_path, monkeypatch):
    made, _ = make_study(tmp_path / "study")
    monkeypatch.setenv(STUDY_VARIABLE, str(tmp_path / "study"))
    monkeypatch.setattr(ServedStudy, "rater", lambda _served, _cookies: "ada")  # AppTest has no cookies
    yield made
    open_served_study.cache_clear()


def run(**query):
    app = AppTest.from_file(str(SCRIPT), default_timeout=20)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def payload(app, name):
    """Return what a part of the page was given, None when it is not on the page."""
    parts = {part.proto.component_name: json.loads(part.proto.json) for part in app.get("bidi_component")}
    return parts.get(f"annotate_app.{name}")


def words_on(app):
    return " ".join(part.proto.body for part in app.get("html"))


def rate(study, claim, level=3):
    ratings = [Rating(claim=claim.id, rater="ada", dimension=name, level=level) for name in claim.dimensions]
    study.add_ratings(ratings)


def test_a_stranger_sees_the_sign_in_and_nothing_of_the_study(study, monkeypatch):
    monkeypatch.setattr(ServedStudy, "rater", lambda _served, _cookies: None)
    app = run(view="rate")
    assert payload(app, "sign_in") == {"study": "Rolling balls", "problem": ""}
    assert payload(app, "player") is None
    assert payload(app, "header") is None


@pytest.mark.parametrize(
    ("problem", "words"), [("code", "not known"), ("link", "not valid"), ("wait", "Wait a minute")]
)
def test_the_sign_in_says_what_went_wrong(study, monkeypatch, problem, words):
    monkeypatch.setattr(ServedStudy, "rater", lambda _served, _cookies: None)
    assert words in payload(run(problem=problem), "sign_in")["problem"]


def test_an_invented_problem_is_not_repeated(study, monkeypatch):
    monkeypatch.setattr(ServedStudy, "rater", lambda _served, _cookies: None)
    assert payload(run(problem="<b>pay here</b>"), "sign_in")["problem"] == ""


def test_a_new_rater_begins_with_the_instructions_in_the_rubrics_words(study):
    app = run()
    words = words_on(app)
    assert "How to rate" in words
    for scale in study.rubric.scales:
        assert all(sentence in words for sentence in scale.levels)
    assert payload(app, "player") is None
    app.button(key="start").click().run()
    assert payload(app, "player")["claim"] == order_of(study, "ada")[0]


def test_a_rater_who_comes_back_goes_on_at_the_next_claim(study):
    first, second, _ = order_of(study, "ada")
    rate(study, study.claims([first])[0])
    app = run()
    assert payload(app, "player")["claim"] == second
    assert payload(app, "player")["previous"] == first
    header = payload(app, "header")
    assert (header["done"], header["total"], header["demo"]) == (1, 3, False)


def test_a_claim_shows_the_dimensions_that_apply_with_every_sentence(study):
    # a box and a span, a box alone, a span alone
    expected = [["relevance", "localization", "timing"], ["relevance", "localization"], ["relevance", "timing"]]
    for claim, dimensions in zip(claims_of(), expected, strict=True):
        card = payload(run(view="rate", claim=claim.id), "player")
        assert [scale["dimension"] for scale in card["scales"]] == dimensions
        assert [len(scale["levels"]) for scale in card["scales"]] == [5] * len(dimensions)
        assert (card["width"], card["height"], card["duration"]) == (448, 252, 4.0)  # 100 frames at 25 a second
        assert card["video"] == f"/v/{claim.id}"


def test_model_text_reaches_the_page_as_data_only(study):
    app = run(view="rate", claim=claims_of()[1].id)
    assert payload(app, "player")["object"] == IMAGE_TEXT
    assert IMAGE_TEXT not in words_on(app)
    assert not app.markdown


def test_a_claim_looked_at_again_shows_what_was_given(study):
    claim = claims_of()[1]
    rate(study, claim, level=1)
    card = payload(run(view="rate", claim=claim.id), "player")
    assert card["given"] == {"levels": {"relevance": 1, "localization": 1}, "reason": "", "note": "", "mark": None}


def test_an_unknown_claim_gives_the_next_one(study):
    assert payload(run(view="rate", claim="c0"), "player")["claim"] == order_of(study, "ada")[0]


def test_the_end_cannot_be_asked_for(study):
    app = run(view="done")
    assert "How to rate" in words_on(app)
    assert "Thank you" not in words_on(app)


def test_the_end_thanks_and_offers_a_second_look(study):
    for claim in study.claims():
        rate(study, claim)
    app = run()
    assert "All 3 claims are done" in words_on(app)
    app.button(key="again").click().run()
    assert payload(app, "player")["claim"] == order_of(study, "ada")[-1]


def test_a_study_with_simulated_ratings_says_so(study):
    study.add_rater("sim", origin="simulated")
    app = run()
    assert payload(app, "header")["demo"] is True
    assert "simulated" in words_on(app)


def test_a_study_that_cannot_be_read_keeps_its_troubles_to_itself(study, monkeypatch):
    def broken(_study):
        raise StudyError("database /secret/place/study.db cannot be used", "it is damaged")

    monkeypatch.setattr("referee_calib.study.Study.reading", broken)
    app = run()
    assert "cannot be read just now" in app.error[0].value
    assert "/secret" not in app.error[0].value


def test_the_words_of_a_rubric_are_escaped():
    scale = Scale(dimension="relevance", title="<i>", question="a & b", help="<script>", levels=("<b>0</b>",) * 5)
    words = static_pages.words(Rubric(version="1", scales=(scale,)), RatingPageSettings())
    assert not any(tag in words for tag in ("<i>", "<script>", "<b>0"))
    assert "a &amp; b" in words
