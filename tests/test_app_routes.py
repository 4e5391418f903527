"""The app's HTTP routes: who gets in, who gets which video, and which ratings are stored."""

import errno
import json
import stat
import warnings
from dataclasses import replace
from datetime import datetime

import pytest
from helpers_app import free_port, make_study
from helpers_study import order_of
from starlette.applications import Starlette

from annotate_app.access import SECRET_FILE, SignInLimiter, SignInService, from_own_page, secret_of
from annotate_app.routes import MAX_BODY, AppRoutes, rating_routes, unavailable
from annotate_app.routes.request_body import read_body
from annotate_app.served_study import STUDY_VARIABLE, ServedStudy
from annotate_app.server import serve
from referee_calib.errors import InputError, StudyError
from referee_calib.records import Claim, Rating, RefereeScore
from referee_calib.study import Study, worklist
from referee_calib.study.people import start_sign_in
from referee_calib.study.people.raters import code_digest
from referee_calib.study.store import rating_rows

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette's test client announces which HTTP client it will want next
    from starlette.testclient import TestClient

HOST = "http://testserver"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A study of three claims with two raters; its folder, the served study and the personal codes."""
    folder = tmp_path_factory.mktemp("routes") / "study"
    _, codes = make_study(folder, ("ada", "ben"))
    return folder, ServedStudy(folder), codes


@pytest.fixture
def client(place):
    return new_client(place[1])


def new_client(served, url=HOST, **options):
    app = Starlette(routes=AppRoutes(served, **options).routes(), exception_handlers={StudyError: unavailable})
    return TestClient(app, base_url=url, follow_redirects=False)


def sign_in(client, place, rater="ada"):
    assert client.get(f"/i/{place[2][rater]}").status_code == 303
    return client


def a_rating(served, rater="ada", place=0, **changes):
    """Everything the page sends for one claim of the rater's order."""
    claim = served.study.claims([order_of(served.study, rater)[place]])[0]
    body = {
        "act": "act-of-rating-1",
        "study": served.key,
        "rater": rater,
        "claim": claim.id,
        "rubric": served.study.rubric.version,
        "levels": dict.fromkeys(claim.dimensions, 3),
        "reason": "",
        "note": "",
        "seconds": 7.5,
        "waited": 0.25,
    }
    return {**body, **changes}


def of(served, rater, place=0):
    return served.study.ratings_of(rater, order_of(served.study, rater)[place])


# ---- signing in ----


def test_a_personal_link_gives_a_cookie_and_uses_nothing_up(place):
    for _ in range(2):  # a link preview may have opened it before
        client = new_client(place[1])
        answer = client.get(f"/i/{place[2]['ada']}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert answer.headers["referrer-policy"] == "no-referrer"
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "secure" not in cookie
        assert place[2]["ada"].lower() not in cookie


def test_over_https_the_cookie_never_travels_in_the_clear(place):
    client = new_client(place[1], "https://testserver")
    assert "secure" in client.get(f"/i/{place[2]['ada']}").headers["set-cookie"].lower()


def test_a_wrong_link_and_a_wrong_code_give_no_cookie(client):
    link, form = client.get("/i/nonsense"), client.post("/sign-in", data={"code": "nonsense"})
    assert link.headers["location"] == "/?problem=link"
    assert form.headers["location"] == "/?problem=code"
    assert "set-cookie" not in link.headers
    assert "set-cookie" not in form.headers


@pytest.mark.parametrize("fields", [{}, {"code": ""}, {"code": "   "}, {"other": "x"}])
def test_an_empty_code_signs_nobody_in(client, fields):
    assert client.post("/sign-in", data=fields).headers["location"] == "/?problem=code"


def test_the_form_signs_in_with_spaces_around_the_code(client, place):
    answer = client.post("/sign-in", data={"code": f" {place[2]['ben']} "})
    assert answer.headers["location"] == "/"
    assert place[1].rater(client.cookies) == "ben"


def test_a_form_on_another_page_signs_nobody_in_or_out(client, place):
    elsewhere = {"origin": "http://elsewhere.example", "sec-fetch-site": "cross-site"}
    assert client.post("/sign-in", data={"code": place[2]["ada"]}, headers=elsewhere).status_code == 403
    assert client.post("/sign-out", headers=elsewhere).status_code == 403


def test_signing_out_removes_the_cookie(client, place):
    sign_in(client, place)
    client.post("/sign-out", headers={"origin": HOST, "sec-fetch-site": "same-origin"})
    assert place[1].rater(client.cookies) is None


def test_many_wrong_codes_wait_a_minute(place):
    now = [100.0]
    client = new_client(place[1], wrong=SignInLimiter(limit=3, seconds=60, clock=lambda: now[0]))
    for _ in range(3):
        assert client.get("/i/nonsense").headers["location"] == "/?problem=link"
    assert client.get(f"/i/{place[2]['ada']}").headers["location"] == "/?problem=wait"
    now[0] += 60.0  # the three wrong codes are 60 s old now
    assert client.get(f"/i/{place[2]['ada']}").headers["location"] == "/"


def test_wrong_codes_remember_a_bounded_number_of_addresses(monkeypatch):
    monkeypatch.setattr(SignInLimiter, "MAX_KEYS", 2)
    wrong = SignInLimiter(limit=1, clock=lambda: 0.0)
    for address in ("a", "b", "c"):
        wrong.add(address)
    assert [wrong.must_wait(address) for address in ("a", "b", "c")] == [False, True, True]


# ---- passes ----


def a_pass(served, rater="ada"):
    """Sign a rater in and return their cookie."""
    cookies = served.sign_ins.cookies
    value = cookies.issue()
    start_sign_in(served.study, rater, cookies.digest(value), cookies.secret_name, way="code")
    return {cookies.name: value}


def test_a_forged_or_foreign_pass_names_nobody(place):
    served = place[1]
    name = served.sign_ins.cookies.name
    good = a_pass(served)
    assert served.rater(good) == "ada"
    foreign = SignInService(served.study, "0" * 64).cookies  # somebody who has the database and not the secret
    assert served.rater({name: foreign.digest(good[name])}) is None
    assert served.rater({name: good[name][:-1]}) is None
    assert served.rater({name: foreign.issue()}) is None
    assert served.rater({name: "ada"}) is None
    assert served.rater({}) is None


def test_a_pass_ends_after_two_weeks(place, monkeypatch):
    served = place[1]
    good = a_pass(served)
    monkeypatch.setattr("referee_calib.study.people.sign_ins.SIGN_IN_DAYS", 0)
    assert served.rater(good) is None


def test_a_simulated_rater_cannot_be_signed_in(tmp_path):
    study, _ = make_study(tmp_path / "study")
    study.add_rater("sim", origin="simulated")
    served = ServedStudy(tmp_path / "study")
    client = new_client(served)
    with pytest.raises(StudyError, match="nobody signs in as it"):
        study.renew_code("sim")
    with study.writing() as connection:  # a code that an earlier version gave
        rating_rows.set_code(connection, "sim", code_digest("old-code-of-sim"))
    assert client.get("/i/old-code-of-sim").headers["location"] == "/?problem=link"
    assert served.rater(client.cookies) is None
    assert served.simulated


def test_the_secret_is_made_once_and_readable_by_its_owner_alone(place):
    path = place[0] / SECRET_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret_of(place[0]) == path.read_text() == secret_of(place[0])
    assert len(path.read_text()) == 64  # 32 random bytes, two digits each


def test_a_damaged_secret_is_told(tmp_path):
    (tmp_path / SECRET_FILE).write_text("short")
    with pytest.raises(StudyError, match="holds no secret"):
        secret_of(tmp_path)


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"host": "here:1"}, True),  # no browser: no cookie comes by itself either
        ({"host": "here:1", "origin": "http://here:1", "sec-fetch-site": "same-origin"}, True),
        ({"host": "here:1", "origin": "http://here:2"}, False),
        ({"host": "here:1", "origin": "http://here:1", "sec-fetch-site": "same-site"}, False),
        ({"host": "here:1", "origin": "null"}, False),
        ({"host": "here:1", "origin": "null", "sec-fetch-site": "same-origin"}, True),
    ],
)
def test_posts_come_from_the_own_page(headers, own):
    assert from_own_page(headers) is own


# ---- videos ----


def test_videos_answer_ranges_to_raters_only(client, place):
    claim = order_of(place[1].study, "ada")[0]
    size = (place[0] / "media/ball.mp4").stat().st_size
    assert client.get(f"/v/{claim}").status_code == 401
    sign_in(client, place)
    part = client.get(f"/v/{claim}", headers={"range": "bytes=10-19"})
    assert (part.status_code, len(part.content)) == (206, 10)
    assert part.headers["content-range"] == f"bytes 10-19/{size}"
    assert part.headers["content-type"] == "video/mp4"
    whole = client.get(f"/v/{claim}")
    assert (whole.status_code, len(whole.content)) == (200, size)
    assert "private" in whole.headers["cache-control"]


@pytest.mark.parametrize("name", ["ball.mp4", "..%2Fstudy.db", "%2e%2e%2fstudy.toml", "c0000", "%00"])
def test_a_video_is_named_by_its_claim_and_by_nothing_else(client, place, name):
    sign_in(client, place)
    assert client.get(f"/v/{name}").status_code == 404


def test_a_missing_video_file_is_not_found(tmp_path):
    study, codes = make_study(tmp_path / "study")
    (study.media / "ball.mp4").unlink()
    served = ServedStudy(tmp_path / "study")
    client = sign_in(new_client(served), (None, served, codes))
    assert client.get(f"/v/{order_of(study, 'ada')[0]}").status_code == 404
    assert "cannot be opened" in served.card("ada", worklist(served.study, "ada"))["problem"]


# ---- ratings ----


def test_a_rating_is_stored_before_the_answer_and_once_only(client, place):
    served = place[1]
    sign_in(client, place)
    body = a_rating(served, place=0, note=" clear ")
    first = client.post("/api/rating", json=body)
    dimensions = served.study.claims([body["claim"]])[0].dimensions
    assert first.json() == {"saved": True, "new": len(dimensions), "known": 0}
    assert {one.dimension: one.level for one in of(served, "ada")} == dict.fromkeys(dimensions, 3)
    one = of(served, "ada")[0]
    assert (one.note, one.seconds, one.order, one.origin) == ("clear", 7.5, 0, "app")
    assert one.rubric == served.study.rubric.version
    # the answer was lost on its way: the page sends the same act again, later
    again = client.post("/api/rating", json={**body, "waited": 99.0})
    assert again.json() == {"saved": True, "new": 0, "known": len(dimensions)}
    assert len([r for r in served.study.ratings(history=True) if r.claim == body["claim"]]) == len(dimensions)


def test_one_act_cannot_stand_for_two_ratings(client, place):
    served = place[1]
    sign_in(client, place, "ben")
    body = a_rating(served, "ben")
    assert client.post("/api/rating", json=body).status_code == 200
    other = {**body, "levels": dict.fromkeys(body["levels"], 0)}
    assert client.post("/api/rating", json=other).status_code == 409
    assert {one.level for one in of(served, "ben")} == {3}
    corrected = client.post("/api/rating", json={**other, "act": "act-of-rating-2"})
    assert corrected.json()["new"] == len(body["levels"])
    assert {one.level for one in of(served, "ben")} == {0}


def test_the_time_is_when_it_was_given_not_when_it_arrived(client, place):
    served = place[1]
    sign_in(client, place)
    client.post("/api/rating", json=a_rating(served, place=1, act="act-waiting-long", waited=3600.0))
    client.post("/api/rating", json=a_rating(served, place=1, act="act-not-waiting", waited=0.0))
    there = [one for one in served.study.ratings(history=True) if one.order == 1 and one.dimension == "relevance"]
    early, late = (datetime.fromisoformat(one.time) for one in there)
    assert 3600 - 1 <= (late - early).total_seconds() <= 3600 + 60  # one hour, and however long the two requests took


def test_a_skip_stores_its_reason_on_every_dimension(client, place):
    served = place[1]
    sign_in(client, place)
    body = a_rating(served, place=2, levels={}, reason="video broken", act="act-of-skipping")
    assert client.post("/api/rating", json=body).json()["saved"]
    assert {(one.level, one.reason) for one in of(served, "ada", 2)} == {(None, "video broken")}
    assert served.card("ada", worklist(served.study, "ada"), body["claim"])["given"]["reason"] == "video broken"


WRONG = [
    ({"study": "other"}, 409, "another study"),
    ({"rater": "ben"}, 401, "Somebody else"),
    ({"rubric": "0-0000"}, 409, "words of the scales"),
    ({"claim": "c0"}, 404, "not one of yours"),
    ({"claim": None}, 404, "not one of yours"),
    ({"levels": {"relevance": 3}}, 422, "each of them"),
    ({"levels": {}}, 422, "each of them"),
    ({"levels": [3]}, 422, "each of them"),
    ({"reason": "bored", "levels": {}}, 422, "one of these reasons"),
    ({"reason": ["other"], "levels": {}}, 422, "one of these reasons"),
    ({"reason": "other", "levels": {}}, 422, "write the reason"),
    ({"reason": "not visible"}, 422, "has no levels"),
    ({"note": "x" * 1001}, 422, "at most 1000"),
    ({"note": 5}, 422, "at most 1000"),
    ({"seconds": -1}, 422, "seconds"),
    ({"seconds": "7"}, 422, "seconds"),
    ({"seconds": True}, 422, "seconds"),
    ({"seconds": 1e308}, 422, "seconds"),  # two of them have no sum
    ({"seconds": 10**400}, 422, "seconds"),
    ({"waited": 10**400}, 422, "waited"),
    ({"watched": 10**400}, 422, "watched"),
    ({"mark": {"seconds": 10**400}}, 422, "time spent"),
    ({"mark": {"span": [0, 10**400]}}, 422, "A span"),
    ({"mark": {"reason": 0}}, 422, "one of these reasons"),
    ({"waited": -1.0}, 422, "waited"),
    ({"act": "short"}, 422, "name of its own"),
    ({"act": "white space in it"}, 422, "name of its own"),
    ({"act": 12345678}, 422, "name of its own"),
]


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    """A served study in which nothing must be stored."""
    folder = tmp_path_factory.mktemp("strict") / "study"
    _, codes = make_study(folder, ("ada", "ben"))
    served = ServedStudy(folder)
    return sign_in(new_client(served), (folder, served, codes)), served


@pytest.mark.parametrize(("changes", "status", "words"), WRONG)
def test_a_wrong_rating_is_refused_with_a_sentence(strict, changes, status, words):
    client, served = strict
    place = [len(served.study.claims([c])[0].dimensions) for c in order_of(served.study, "ada")].index(3)
    answer = client.post("/api/rating", json={**a_rating(served, place=place), **changes})
    assert answer.status_code == status
    assert answer.json()["saved"] is False
    assert words in answer.json()["error"]
    assert served.study.ratings() == []


@pytest.mark.parametrize("level", [-1, 5, 2.0, "3", True, None])
def test_a_level_outside_the_scale_is_refused(strict, level):
    client, served = strict
    body = a_rating(served)
    body["levels"]["relevance"] = level
    answer = client.post("/api/rating", json=body)
    assert (answer.status_code, "relevance" in answer.json()["error"]) == (422, True)
    assert served.study.ratings() == []


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"3", 400),
        (b"\xff", 400),
        (b"[" * 20000, 400),
        (b" " * (MAX_BODY + 1), 413),
    ],
)
def test_what_is_no_rating_is_refused(strict, content, status):
    client, _ = strict
    answer = client.post("/api/rating", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["saved"]) == (status, False)


def test_not_a_number_is_refused(strict):
    client, served = strict
    text = json.dumps(a_rating(served)).replace("7.5", "NaN")
    answer = client.post("/api/rating", content=text, headers={"content-type": "application/json"})
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/account", "/i/code", "/p/token"])
def test_a_form_with_more_fields_than_any_of_ours_is_refused(client, path):
    assert client.post(path, data={f"f{n}": "1" for n in range(101)}).status_code == 413


def test_a_frame_whose_number_nobody_can_read_is_not_found(strict):
    client, served = strict
    assert client.get(f"/v/{a_rating(served)['claim']}/frame/{'9' * 5000}").status_code == 404


def test_access_that_is_withdrawn_while_a_rating_is_sent_ends_before_it_is_stored(strict, monkeypatch):
    client, served = strict
    signed_in = ["ada"]

    async def read(request):
        body = await read_body(request)
        signed_in.clear()  # access is withdrawn when all of it is there
        return body

    monkeypatch.setattr(rating_routes, "read_body", read)
    monkeypatch.setattr(ServedStudy, "rater", lambda _served, _cookies: next(iter(signed_in), None))
    answer = client.post("/api/rating", json=a_rating(served))
    assert (answer.status_code, "waits in your browser" in answer.json()["error"]) == (401, True)
    assert served.study.ratings() == []


def test_the_own_claims_are_listed_whatever_signs_are_in_them(tmp_path):
    study, codes = make_study(tmp_path / "study", ("ada",))
    study.add_claims([replace(study.claims()[0], question="a\ud800\u202eb", id="")])
    client = new_client(ServedStudy(study.folder))
    client.get(f"/i/{codes['ada']}")
    assert "a\ud800\u202eb" in [one["question"] for one in client.get("/api/claims").json()["claims"]]


def test_a_rating_needs_a_pass_the_own_page_and_json(strict, place):
    client, served = strict
    body = a_rating(served)
    assert new_client(served).post("/api/rating", json=body).status_code == 401
    assert client.post("/api/rating", json=body, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/api/rating", json=body, headers={"origin": "http://elsewhere.example"}).status_code == 403
    plain = client.post("/api/rating", content=json.dumps(body), headers={"content-type": "text/plain"})
    assert plain.status_code == 415
    assert client.get("/api/rating").status_code == 405
    assert served.study.ratings() == []


def test_a_study_that_cannot_be_written_asks_for_another_try(strict, monkeypatch):
    client, served = strict

    def full():
        raise StudyError("database study.db cannot be used", "the disk is full")

    monkeypatch.setattr(served.study, "writing", full)
    answer = client.post("/api/rating", json=a_rating(served))
    assert answer.status_code == 503  # the page keeps it and tries again
    assert "disk" not in answer.json()["error"]


def test_a_study_that_cannot_be_read_says_so_and_no_more(place, monkeypatch):
    client = sign_in(new_client(place[1]), place)

    def broken(*_arguments):
        raise StudyError("database /secret/study.db cannot be used", "it is damaged")

    claim = order_of(place[1].study, "ada")[0]
    monkeypatch.setattr(place[1].study, "reading", broken)
    for answer in (client.get(f"/v/{claim}"), client.post("/sign-in", data={"code": "x"})):
        assert (answer.status_code, "secret" in answer.text) == (503, False)


# ---- what a rater is shown ----


def test_a_card_shows_no_score_no_reference_and_nobody_elses_rating(tmp_path):
    study, _ = make_study(tmp_path / "study", ("ada", "ben"))
    for claim in study.claims():
        study.add_ratings([Rating(claim=claim.id, rater="ben", dimension="relevance", level=1, note="ben's note")])
        study.add_referee("f" * 16, {"name": "secret referee"})
        study.add_scores([RefereeScore(claim=claim.id, referee="f" * 16, dimension="relevance", level=2)])
    served = ServedStudy(tmp_path / "study")
    for claim in study.claims():
        card = served.card("ada", worklist(served.study, "ada"), claim.id)
        assert card["given"] == {"levels": {}, "reason": "", "note": "", "mark": None}
        shown = json.dumps(card)
        assert not any(word in shown for word in ("ben", "secret", "ffff", "reference", "rollout", "source"))


def test_a_claim_beyond_the_end_of_its_video_is_pointed_out(tmp_path):
    study, _ = make_study(tmp_path / "study")
    late = Claim(video="ball.mp4", question="?", object="ball", boxes=((9.5, 0.1, 0.1, 0.2, 0.2),))
    study.add_claims([late])
    served = ServedStudy(tmp_path / "study")
    notice = served.card("ada", worklist(served.study, "ada"), late.id)["notice"]
    assert notice == "It points at 9.50 s, but the video ends at 4.00 s."  # 4 s x 25 = 100 frames


# ---- starting ----


@pytest.fixture
def own_environment(monkeypatch):
    """Serving names its study in the environment; take that back afterwards."""
    monkeypatch.setenv(STUDY_VARIABLE, "")


@pytest.mark.usefixtures("own_environment")
def test_serving_refuses_what_cannot_be_served(tmp_path):
    with pytest.raises(StudyError, match="not a study folder"):
        serve(tmp_path, open_browser=False)
    Study.create(tmp_path / "empty")
    with pytest.raises(StudyError, match="no claims to rate"):
        serve(tmp_path / "empty", open_browser=False)


@pytest.mark.usefixtures("own_environment")
def test_an_address_of_another_machine_is_told(place):
    with pytest.raises(InputError, match=r"192\.0\.2\.1"):  # an address that documentation may use and nobody has
        serve(place[0], host="192.0.2.1", port=free_port(), open_browser=False)


def test_a_read_only_folder_is_told(tmp_path, monkeypatch):
    def refuse(*_arguments):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(
        "annotate_app.access.study_secret.os.open", refuse
    )  # root, who may write everywhere, can test it so
    with pytest.raises(StudyError, match="read-only"):
        secret_of(tmp_path)
    assert list(tmp_path.iterdir()) == []
