"""The pages before the first rating, and the routes behind them: what is shown, asked, sent and refused."""

import json
import shutil
import sys
import warnings

import pytest
from helpers_onboarding import FEEDBACK, make_onboarding_study, practise, rate, read_texts
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from annotate_app.onboarding.markdown_text import markdown_html
from annotate_app.routes import AppRoutes
from annotate_app.served_study import STUDY_VARIABLE, ServedStudy, open_served_study
from annotate_app.server import SCRIPT
from referee_calib.errors import StudyError
from referee_calib.study import Study, worklist
from referee_calib.study.assignment import assign, coverage
from referee_calib.study.onboarding import known_claims, onboarding_state, practice_results
from referee_calib.study.settings import AssignmentSettings, PeopleSettings
from referee_calib.study.store.people import people_rows

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette's test client announces which HTTP client it will want next
    from starlette.testclient import TestClient


@pytest.fixture(autouse=True)
def main_module():
    """AppTest runs the script as __main__ and leaves it there."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    place = tmp_path_factory.mktemp("pages") / "study"
    return place, make_onboarding_study(place, ("ada",))[1]["ada"]


@pytest.fixture
def study(template, tmp_path, monkeypatch):
    shutil.copytree(template[0], tmp_path / "study")
    monkeypatch.setenv(STUDY_VARIABLE, str(tmp_path / "study"))
    yield Study.open(tmp_path / "study")
    open_served_study.cache_clear()


@pytest.fixture
def app(study, monkeypatch):
    monkeypatch.setattr(ServedStudy, "rater", lambda *_: "ada")  # AppTest has no cookies
    return AppTest.from_file(str(SCRIPT), default_timeout=20)


@pytest.fixture
def client(study, template):
    served = ServedStudy(study.folder)
    client = TestClient(
        Starlette(routes=AppRoutes(served).routes()), base_url="http://testserver", follow_redirects=False
    )
    client.get(f"/i/{template[1]}")
    return client, served


def payload(app, name):
    parts = {part.proto.component_name: json.loads(part.proto.json) for part in app.get("bidi_component")}
    return parts.get(f"annotate_app.{name}")


def words_on(app):
    return " ".join(part.proto.body for part in app.get("html"))


def press(app, key):
    next(one for one in app.button if one.key == key).click()
    app.run()
    assert not app.exception


def test_consent_stands_before_everything_and_each_click_is_stored(study, app):
    app.run()
    assert "What this is" in words_on(app)
    assert payload(app, "player") is None
    press(app, "decline")
    assert "You do not take part." in words_on(app)
    press(app, "again")
    press(app, "agree")
    assert "How we rate" in words_on(app)
    examples = payload(app, "known_claims")["claims"]
    assert [one["feedback"] for one in examples] == ["It is the ball that was asked for."]
    assert examples[0]["levels"][0]["wanted"][0].startswith("4 · ")
    press(app, "start")
    assert onboarding_state(study, "ada").step == "practice"


def test_a_text_that_changes_while_it_is_read_is_shown_anew(study, app):
    app.run()
    (study.folder / "onboarding" / "consent.md").write_text("# What this is now\n")
    press(app, "agree")
    assert "the text has changed meanwhile" in app.warning[0].value
    assert "What this is now" in words_on(app)
    press(app, "agree")
    assert onboarding_state(study, "ada").step == "instructions"


def test_a_practice_claim_comes_without_its_truth_and_the_truth_after_the_answer(study, app):
    read_texts(study)
    app.run()
    card = payload(app, "player")
    assert "Practice 1 of 2" in words_on(app)
    assert FEEDBACK not in str(app.get("bidi_component"))
    assert {"role", "tolerance", "feedback", "wanted"}.isdisjoint(card)
    rate(study, card["claim"], {"relevance": 4, "localization": 0})
    app.run()
    shown = payload(app, "known_claims")
    assert payload(app, "player") is None
    assert shown["heading"] == "Not right on Localization."
    assert [(row["title"], row["right"]) for row in shown["claims"][0]["levels"]] == [
        ("Relevance", True),
        ("Localization", False),
    ]
    assert shown["claims"][0]["feedback"] == FEEDBACK
    press(app, "start")
    assert payload(app, "player")["claim"] != card["claim"]


def test_a_second_attempt_begins_with_a_word_and_shows_nothing_of_the_first(study, app):
    read_texts(study)
    practise(study, 0)
    app.run()
    assert "0 of 4 answers were right. That is below the mark" in words_on(app)
    press(app, "start")
    assert "attempt 2 of 2" in words_on(app)
    assert payload(app, "player")["given"]["levels"] == {}
    practise(study, 0)
    app.run()
    assert "Thank you for trying." in words_on(app)
    assert payload(app, "player") is None


def test_the_instructions_stay_at_hand_in_practice(study, app):
    read_texts(study)
    app.query_params["view"] = "instructions"
    app.run()
    assert "How we rate" in words_on(app)
    press(app, "start")
    assert payload(app, "player") is not None


def test_who_is_through_sees_the_studys_own_instructions_and_the_rating_page(study, app):
    read_texts(study)
    practise(study, 4)
    app.run()
    assert "How we rate" in words_on(app)
    press(app, "start")
    assert payload(app, "player")["claim"] in {item.key for item in worklist(study, "ada").items}


# ---- the routes ----


def body_for(served, claim, level=4, **changes):
    one = served.study.claims([claim])[0]
    body = {
        "act": f"act-{claim}-{level}", "study": served.key, "rater": "ada", "claim": claim, "waited": 0.0,
        "rubric": served.study.rubric.version, "levels": dict.fromkeys(one.dimensions, level), "reason": "", "note": "",
        "seconds": 9.0, "watched": 1.0, "asked": [],
    }  # fmt: skip
    return {**body, **changes}


def test_no_rating_is_stored_before_consent_and_practice(client):
    client, served = client
    measured = served.study.claims(sampled=True)[0].id
    for step in ("consent", "practice claims"):
        answer = client.post("/api/rating", json=body_for(served, measured))
        assert (answer.status_code, step in answer.json()["error"]) == (403, True)
        if step == "consent":
            read_texts(served.study)
    assert served.study.ratings(perturbed=True, held=True) == []
    practise(served.study, 4)
    assert client.post("/api/rating", json=body_for(served, measured)).status_code == 200


def test_no_claim_is_listed_or_handed_out_before_consent_and_practice(client):
    client, served = client
    assign(served.study, AssignmentSettings(overlap=1))
    assert client.get("/api/claims").json()["counts"]["all"] == 0
    read_texts(served.study)
    assert client.get("/api/claims").json()["counts"]["all"] == 0
    assert [one.open for one in coverage(served.study).raters] == [0]
    practise(served.study, 4)
    assert client.get("/api/claims").json()["counts"]["all"] > 0


def test_who_declines_or_fails_goes_back_to_the_panel_with_the_other_code(study, app):
    study.set_config(people=PeopleSettings(panel_screened_out_code="OUT7", panel_completion_code="DONE7"))
    with study.writing() as connection:
        people_rows.add_identity(connection, "prolific", "5f3c", "ada", {})
    app.run()
    press(app, "decline")
    assert "OUT7" in words_on(app)
    read_texts(study)
    for _ in range(study.config.onboarding.attempts):
        practise(study, 0)
    said = words_on(app.run())
    assert "OUT7" in said
    assert "DONE7" not in said


def test_a_practice_answer_tells_nothing_by_itself_and_counts_once(client):
    client, served = client
    read_texts(served.study)
    claim = onboarding_state(served.study, "ada").claim
    first = client.post("/api/rating", json=body_for(served, claim, 0))
    assert first.json() == {"saved": True, "new": 2, "known": 0}
    assert client.post("/api/rating", json=body_for(served, claim, 0)).json()["known"] == 2
    assert client.post("/api/rating", json=body_for(served, claim, 4)).status_code == 409
    assert len(practice_results(served.study)[0].attempts[0].answers) == 1


def test_examples_are_watched_and_not_rated(client):
    client, served = client
    read_texts(served.study)
    practise(served.study, 4)
    example = known_claims(served.study, "example")[0].claim
    assert client.get(f"/v/{example}/frame/0").status_code == 200
    assert client.post("/api/rating", json=body_for(served, example)).status_code == 404


def test_gold_is_answered_like_every_other_claim(client):
    client, served = client
    read_texts(served.study)
    practise(served.study, 4)
    gold, measured = known_claims(served.study, "gold")[0].claim, served.study.claims(sampled=True)[1].id
    answers = [client.post("/api/rating", json=body_for(served, claim, 1)) for claim in (gold, measured)]
    assert answers[0].json() == answers[1].json() == {"saved": True, "new": 2, "known": 0}
    assert dict(answers[0].headers) == dict(answers[1].headers)


@pytest.mark.parametrize(
    "change", [{"watched": 1.5}, {"watched": -0.1}, {"watched": "all"}, {"asked": ["hello"]}, {"asked": 3}]
)
def test_forged_coverage_is_refused(client, change):
    client, served = client
    read_texts(served.study)
    practise(served.study, 4)
    claim = served.study.claims(sampled=True)[0].id
    assert client.post("/api/rating", json=body_for(served, claim, **change)).status_code == 422


def test_only_pictures_of_the_onboarding_folder_are_sent(client):
    client, served = client
    folder = served.study.folder / "onboarding"
    (folder / "example.png").write_bytes(b"\x89PNG")
    sent = client.get("/onboarding/example.png")
    assert (sent.status_code, sent.headers["content-type"]) == (200, "image/png")
    assert sent.headers["x-content-type-options"] == "nosniff"
    for name in ("known_claims.jsonl", "consent.md", "..%2Fstudy.toml", "missing.png", ".hidden.png", "drawing.svg"):
        assert client.get(f"/onboarding/{name}").status_code == 404
    (folder / "link.png").symlink_to(served.study.folder / "study.toml")
    assert client.get("/onboarding/link.png").status_code == 404
    client.cookies.clear()
    assert client.get("/onboarding/example.png").status_code == 401


def test_a_text_that_cannot_be_read_stops_the_app_at_its_start(study):
    (study.folder / "onboarding" / "consent.md").write_bytes(b"\xff\xfe")
    with pytest.raises(StudyError, match=r"consent\.md cannot be read"):
        ServedStudy(study.folder)


# ---- Markdown ----


@pytest.mark.parametrize(
    ("text", "shown", "never"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;", "<script"),
        ("a <b onclick=x>b</b>", "&lt;b onclick=x&gt;", "<b"),
        ("[go](javascript:alert(1))", "[go](javascript:alert(1))", "<a "),
        ("[go](data:text/html,x)", "[go]", "<a "),
        ("![x](https://elsewhere.example/p.png)", "x", "<img"),
        ("![x](../media/a.png)", "![x]", "<img"),
        ('![a"b](ok.png)', '<img src="/onboarding/ok.png" alt="a&quot;b">', 'alt="a"b"'),
        ("[file](ok.png)", "file", "<a "),
    ],
)
def test_markdown_is_text(text, shown, never):
    html = markdown_html(text)
    assert shown in html
    assert never not in html


def test_a_link_shows_where_it_leads():
    link = '<a href="https://example.org/x" rel="noopener noreferrer" target="_blank">here</a> (https://example.org/x)'
    assert link in markdown_html("Look [here](https://example.org/x).")
    assert "(https" not in markdown_html("<https://example.org/x>").replace('href="https', "")
