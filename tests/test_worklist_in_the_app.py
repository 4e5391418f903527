"""The app asks for what is assigned: a rater meets their own items, second looks among them, and nobody else's."""

import sys
import warnings

import pytest
from helpers_app import make_study
from helpers_assign import rate
from starlette.applications import Starlette

from annotate_app.rating_submission import SubmissionRejected, submit_rating
from annotate_app.routes import AppRoutes, unavailable
from annotate_app.served_study import STUDY_VARIABLE, ServedStudy, open_served_study
from annotate_app.server import SCRIPT
from referee_calib.errors import StudyError
from referee_calib.study import worklist
from referee_calib.study.assignment import assign, coverage
from referee_calib.study.settings import AssignmentSettings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette's test client announces which HTTP client it will want next
    from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory):
    """A study of three claims, each for one of two raters, with second looks."""
    folder = tmp_path_factory.mktemp("assigned") / "study"
    study, codes = make_study(folder, ("ada", "ben"))
    settings = AssignmentSettings(overlap=1, at_once=1, repeats=0.5, repeat_distance=1)
    assign(study, settings)
    return ServedStudy(folder), codes


def body_of(served: ServedStudy, rater: str, key: str, act: str, level: int = 3) -> dict[str, object]:
    claim = served.study.claims([key.partition("~")[0]])[0]
    words = {"study": served.key, "rater": rater, "rubric": served.study.rubric.version}
    return {**words, "act": act, "claim": key, "levels": dict.fromkeys(claim.dimensions, level), "seconds": 3.0}


def test_a_rater_meets_their_own_items_and_second_looks_apart_from_the_first(place) -> None:
    served, codes = place
    app = Starlette(routes=AppRoutes(served).routes(), exception_handlers={StudyError: unavailable})
    client = TestClient(app, base_url="http://testserver", follow_redirects=False)
    client.get(f"/i/{codes['ada']}")
    first = served.card("ada", worklist(served.study, "ada"))
    theirs = served.card("ben", worklist(served.study, "ben"))
    assert first is not None
    assert theirs is not None
    assert first["claim"] != theirs["claim"]
    assert client.get(first["video"]).status_code == 200
    assert client.get(theirs["video"]).status_code == 404
    with pytest.raises(SubmissionRejected, match="not one of yours"):
        submit_rating(served, "ada", body_of(served, "ada", theirs["claim"], "act-1-ada"))
    with pytest.raises(SubmissionRejected, match="not one of yours"):
        submit_rating(served, "ada", body_of(served, "ada", f"{first['claim']}~repeat", "act-2-ada"))

    submit_rating(served, "ada", body_of(served, "ada", first["claim"], "act-3-ada", level=1))
    second = served.card("ada", worklist(served.study, "ada"))
    assert second is not None
    assert second["previous"] == first["claim"]
    submit_rating(served, "ada", body_of(served, "ada", second["claim"], "act-4-ada", level=1))
    again = served.card("ada", worklist(served.study, "ada"))
    assert again is not None
    assert again["claim"].endswith("~repeat")
    assert not any(again["given"].values())  # what was said at first is not shown
    assert client.get(again["video"]).status_code == 200
    submit_rating(served, "ada", body_of(served, "ada", again["claim"], "act~5-ada", level=4))
    found = served.study.ratings(occasion="repeat")
    assert {(one.claim, one.level, one.order) for one in found} == {(again["claim"].partition("~")[0], 4, 2)}
    assert {one.level for one in served.study.ratings()} == {1}


def leave_nothing_for_cem(served: ServedStudy) -> None:
    """Let ben rate whatever is left; tests before may have rated some of it."""
    while (item := worklist(served.study, "ben").next()) is not None:
        rate(served.study, "ben", item)
    if "cem" not in {one.name for one in served.study.raters()}:
        served.study.add_rater("cem")


def test_who_has_nothing_to_do_is_told_so(place) -> None:
    served, _ = place
    leave_nothing_for_cem(served)
    assert {len(one.done) for one in coverage(served.study).claims} == {1}
    work = worklist(served.study, "cem")
    assert (work.items, work.progress(), served.card("cem", work)) == ((), (0, 0), None)


def test_the_page_of_somebody_without_work_says_so(place, monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.testing.v1 import AppTest

    served, _ = place
    leave_nothing_for_cem(served)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # AppTest leaves the script there
    monkeypatch.setenv(STUDY_VARIABLE, str(served.study.folder))
    monkeypatch.setattr(ServedStudy, "rater", lambda _served, _cookies: "cem")
    app = AppTest.from_file(str(SCRIPT), default_timeout=30)
    app.query_params["view"] = "rate"
    app.run()
    open_served_study.cache_clear()
    assert not app.exception
    assert "Nothing to rate just now" in " ".join(part.proto.body for part in app.get("html"))
