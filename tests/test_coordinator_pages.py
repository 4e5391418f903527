"""The coordinator's pages: what stands on each, what a decision does, and that text from elsewhere stays text."""

import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from helpers_coordinator import HOSTILE_NOTE, given, rated_study
from streamlit.testing.v1 import AppTest

from annotate_app.coordinator.coordinated_study import STUDY_VARIABLE, open_coordinated_study
from annotate_app.coordinator.coordinator_access import CoordinatorAccess, make_token
from annotate_app.coordinator.coordinator_server import SCRIPT
from annotate_app.coordinator.page_parts import plain
from referee_calib.analysis import agreement_so_far, read_log
from referee_calib.study import adjudications, exclude, exclusions, trail
from referee_calib.study.people import access, invite
from referee_calib.study.quality import hold, holds, release

PAGES = ("progress", "quality", "agreement", "notes", "adjudication", "exclusions", "people", "export", "history")


@pytest.fixture(autouse=True)
def main_module():
    """AppTest runs the script as __main__ and leaves it there."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def rated(tmp_path, monkeypatch):
    study, _, claims = rated_study(tmp_path / "study")
    make_token(study.folder)
    monkeypatch.setenv(STUDY_VARIABLE, str(study.folder))
    monkeypatch.setattr(CoordinatorAccess, "read", lambda _access, _cookies: "dora")  # AppTest has no cookies
    yield study, claims
    open_coordinated_study.cache_clear()


def show(page):
    app = AppTest.from_file(str(SCRIPT), default_timeout=60)
    app.query_params["page"] = page
    return ran(app.run())


def ran(app):
    assert not app.exception
    return app


def frames(app):
    return [part.value for part in app.dataframe]


def texts(app):
    kinds = (app.text, app.caption, app.success, app.error, app.info, app.metric, app.subheader, app.code)
    return "\n".join(str(part.value) for kind in kinds for part in kind)


def html(app):
    return " ".join(part.proto.body for part in app.get("html"))


def choose(app, label, what):
    next(one for one in app.selectbox if one.label == label).set_value(what)


def press(app, label):
    return ran(next(one for one in app.button if one.label == label).click().run())


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_itself_and_the_age_of_its_figures(rated, page):
    app = show(page)
    assert app.header[0].value == page.capitalize()
    assert "21 ratings" in texts(app)  # 3 raters on 3 + 2 + 2 dimensions


@pytest.mark.thorough
@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_a_study_without_ratings_says_so(rated, tmp_path, monkeypatch, page):
    study, _, _ = rated_study(tmp_path / "empty", levels={})
    make_token(study.folder)
    monkeypatch.setenv(STUDY_VARIABLE, str(study.folder))
    assert show(page).header[0].value == page.capitalize()


def test_a_session_that_has_ended_shows_nothing_of_the_study(rated, monkeypatch):
    monkeypatch.setattr(CoordinatorAccess, "read", lambda _access, _cookies: None)
    app = show("progress")
    assert "Sign in again" in html(app)
    assert not app.dataframe
    assert not app.title


def test_figures_are_those_of_the_functions(rated):
    study, _ = rated
    kappa = agreement_so_far(read_log(study))[0].coefficients["cohen_kappa_quadratic"]
    table = next(one for one in frames(show("agreement")) if "coefficient" in one)
    assert table["value"][0] == kappa.value
    assert table["why not"][0] == kappa.reason
    app = show("progress")
    assert app.metric[0].value == "9 of 9"
    assert "no test" in texts(show("agreement"))


def test_records_that_came_later_are_counted_at_the_next_turn(rated):
    study, claims = rated
    app = show("progress")
    study.add_ratings(given(claims[0], "ada", 1, minutes=500))
    assert "24 ratings" in texts(ran(app.run()))


def test_notes_are_shown_as_text_and_can_be_searched(rated):
    study, claims = rated
    study.add_ratings(given(claims[0], "ada", 1, minutes=500, note=HOSTILE_NOTE))
    study.add_ratings(given(claims[1], "bob", None, minutes=501, reason="video broken"))
    app = show("notes")
    assert app.code[0].value == HOSTILE_NOTE
    assert HOSTILE_NOTE not in html(app) + " ".join(str(one.value) for one in app.markdown)
    assert list(frames(app)[0]["rater"]) == ["bob", "ada"]
    found = ran(app.text_input[0].set_value("BROKEN").run())
    assert list(frames(found)[0]["skipped because"]) == ["video broken"]


def test_model_text_on_the_adjudication_page_is_escaped(rated):
    app = show("adjudication")
    assert "<script>" not in html(app)
    assert "&lt;script&gt;" in html(app)


def test_a_claim_is_adjudicated_without_names_and_no_rating_changes(rated):
    study, claims = rated
    before = study.ratings(history=True)
    app = show("adjudication")
    assert app.selectbox(key="claim").value == claims[0].id  # ada 4, bob 0, cyd 2: they differ most
    told = next(one for one in frames(app) if "Relevance" in one)
    assert sorted(told["Relevance"]) == ["0", "2", "4"]
    assert not {"ada", "bob", "cyd"} & set(told.to_numpy().ravel())
    assert not any(name in texts(app) + html(app) for name in ("ada", "bob", "cyd"))
    app.selectbox(key=f"level_{claims[0].id}_relevance").set_value(3)
    app.text_area[0].set_value("The object is right.")
    app = press(app, "Keep the adjudicated level")
    assert "No rating was changed" in texts(app).replace("\\", "")
    assert [(one.claim, one.dimension, one.level, one.coordinator) for one in adjudications(study)] == [
        (claims[0].id, "relevance", 3, "dora")
    ]
    assert study.ratings(history=True) == before
    assert app.selectbox(key="claim").value != claims[0].id  # the next one without an adjudicated level


def test_a_level_without_a_reason_is_refused_in_words(rated):
    study, claims = rated
    app = show("adjudication")
    app.selectbox(key=f"level_{claims[0].id}_relevance").set_value(3)
    app = press(app, "Keep the adjudicated level")
    assert "without a reason" in app.error[0].value
    assert adjudications(study) == []


def test_a_rater_is_excluded_and_included_again(rated):
    study, _ = rated
    app = show("exclusions")
    next(one for one in app.selectbox if one.label == "Rater").set_value("bob")
    app.text_area[0].set_value("asleep")
    app = press(app, "Exclude this rater")
    assert "is excluded" in texts(app)
    assert [one.subject for one in exclusions(study)] == ["bob"]
    choose(app, "Excluded", exclusions(study)[0])
    app.text_area(key="include_reason").set_value("awake")
    app = press(app, "Include again")
    assert exclusions(study) == []
    assert list(frames(app)[0]["decision"]) == ["include again rater", "exclude rater"]
    assert [one.actor for one in trail(study)][-2:] == ["coordinator dora"] * 2


def test_a_held_rating_is_released_with_a_reason(rated):
    study, claims = rated
    hold(study, "bob", claims[0].id, actor="program", reason="too fast: it took 0.2 s")
    app = show("quality")
    assert list(next(one for one in frames(app) if "held by" in one)["rater"]) == ["bob"]
    app = press(app, "Release")
    assert "Nothing was decided" in app.error[0].value
    choose(app, "Release", holds(study)[0])
    app = press(app, "Release")
    assert "no reason" in app.error[0].value
    next(one for one in app.text_input if one.label == "Reason").set_value("it was a short clip")
    press(app, "Release")
    assert holds(study) == []


def test_a_choice_that_is_gone_decides_on_nothing_else(rated):
    study, claims = rated
    for rater in ("ada", "bob"):
        hold(study, rater, claims[0].id, actor="program", reason="too fast")
    app = show("quality")
    choose(app, "Release", next(one for one in holds(study) if one.rater == "bob"))
    next(one for one in app.text_input if one.label == "Reason").set_value("it was a short clip")
    release(study, "bob", actor="coordinator eve", reason="seen")  # by another coordinator, meanwhile
    app = press(app, "Release")
    assert "Nothing was decided" in app.error[0].value
    assert [one.rater for one in holds(study)] == ["ada"]


def test_claims_with_the_same_words_are_told_apart_in_every_list(rated):
    study, claims = rated
    twins = [replace(claims[0], rollout=f"twin {n}", id="") for n in range(2)]
    study.add_claims(twins)
    study.add_ratings(
        [
            one
            for twin in twins
            for rater, level in (("ada", 4), ("bob", 0))
            for one in given(twin, rater, level, note="odd")
        ]
    )
    app = show("adjudication")
    for twin in twins:
        choose(app, "Claim", twin.id)
        assert app.run().selectbox(key="claim").value == twin.id
    labels = show("notes").selectbox[-1].options
    assert len(set(labels)) == len(labels) == 4


@pytest.mark.parametrize("page", ["progress", "notes", "adjudication"])
def test_text_that_utf8_cannot_hold_and_unseen_characters_are_shown_by_number(rated, page):
    study, claims = rated
    odd = replace(claims[0], question="a\ud800\u202eb", object="a\ud800\u202eb", id="")
    study.add_claims([odd])
    study.add_ratings(
        [one for rater, level in (("ada", 4), ("bob", 0)) for one in given(odd, rater, level, note="c\udfff\u200bd")]
    )
    app = show(page)
    said = (
        texts(app)
        + html(app)
        + "".join(str(one.to_numpy()) for one in frames(app))
        + str([one.options for one in app.selectbox])
    )
    assert "a⟨U+D800⟩⟨U+202E⟩b" in said
    assert page != "notes" or "c⟨U+DFFF⟩⟨U+200B⟩d" in said


def test_a_link_is_shown_once_and_access_is_withdrawn_at_once(rated):
    study, _ = rated
    app = show("people")
    next(one for one in app.text_input if one.label == "Pseudonym").set_value("dan")
    app = press(app, "Make a personal link")
    assert app.code[0].value.startswith("http://127.0.0.1:8501/i/")
    app = ran(app.run())
    assert not app.code
    next(one for one in app.selectbox if one.label == "Rater").set_value("dan")
    press(app, "Withdraw access")
    assert next(one for one in access(study) if one.rater == "dan").withdrawn


def test_a_name_that_stands_for_somebody_else_is_not_invited(rated):
    study, _ = rated
    study.add_rater("robot", origin="simulated")
    app = show("people")
    next(one for one in app.text_input if one.label == "Pseudonym").set_value("robot")
    app = press(app, "Make a personal link")
    assert "stands for a program" in app.error[0].value
    assert not app.code


def test_a_batch_is_released_and_open_work_is_taken_back(rated):
    study, _ = rated
    invite(study, "dan", actor="test", expires=timedelta(days=1))
    app = show("people")
    next(one for one in app.number_input if one.label.startswith("Claims to release")).set_value(2)
    app = press(app, "Release a batch")
    assert "The batch is released" in texts(app).replace("\\", "")
    batches = next(one for one in frames(app) if "batch" in one)
    assert (batches["claims"][0], batches["ratings wanted"][0]) == (2, 4)  # two ratings of each of two claims
    app = press(app, "Take back open work")
    assert "went back" in texts(app)
    assert ("coordinator dora", "reclaim assignments") not in {(one.actor, one.action) for one in trail(study)}


def test_files_are_linked_with_and_without_names(rated):
    app = show("export")
    assert 'href="/export/ratings.csv"' in html(app)
    app = ran(app.toggle[0].set_value(True).run())
    assert 'href="/export/audit.parquet?pseudonyms=1"' in html(app)


def test_the_history_can_be_narrowed(rated):
    study, _ = rated
    exclude(study, "dora", "rater", "bob", "asleep")
    app = show("history")
    who = next(one for one in app.selectbox if one.label == "Who")
    app = ran(who.set_value("coordinator dora").run())
    assert list(frames(app)[0]["what"]) == ["exclude rater"]


def test_text_stays_text_in_markdown():
    assert plain("**a** [b](c) `d` $e$ :red[f] <g>") == (r"\*\*a\*\* \[b\]\(c\) \`d\` \$e\$ \:red\[f\] \<g\>")
