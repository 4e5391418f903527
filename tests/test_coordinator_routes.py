"""The coordinator's port: who gets in, what strangers see, what can be taken away; the raters' port has none of it."""

import csv
import io
import json
import re
import warnings

import numpy as np
import pytest
from helpers_coordinator import HOSTILE_NOTE, given, rated_study
from helpers_study import run
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.websockets import WebSocketDisconnect

from annotate_app.access import FrontDoor, RequestGuard
from annotate_app.coordinator.coordinated_study import open_coordinated_study
from annotate_app.coordinator.coordinator_access import TOKEN_FILE, CoordinatorAccess, make_token
from annotate_app.coordinator.coordinator_gate import CoordinatorGate
from annotate_app.coordinator.coordinator_routes import CoordinatorRoutes
from annotate_app.routes import AppRoutes, unavailable
from annotate_app.served_study import ServedStudy
from referee_calib.errors import StudyError
from referee_calib.study import adjudicate, trail
from referee_calib.video import decode

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette's test client announces which HTTP client it will want next
    from starlette.testclient import TestClient

HOST = "http://127.0.0.1"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A rated study, its token, and a client of the coordinator's port that follows no redirect."""
    monkeypatch.setenv("REFEREE_CALIB_COORDINATED_STUDY", "")
    study, _, claims = rated_study(tmp_path / "study")
    token = make_token(study.folder)
    yield study, claims, token, client(study)
    open_coordinated_study.cache_clear()


def client(study):
    """Return a client of the routes behind guard and gate; Streamlit itself runs once in a process only."""
    coordinated = open_coordinated_study(study.folder)
    layers = [Middleware(RequestGuard, door=FrontDoor()), Middleware(CoordinatorGate, access=coordinated.access)]
    app = Starlette(
        routes=CoordinatorRoutes(coordinated).routes(),
        middleware=layers,
        exception_handlers={StudyError: unavailable},
    )
    return TestClient(app, base_url=HOST, follow_redirects=False)


def raters_client(study):
    """Return a client of the raters' port, signed in as one of them."""
    page = TestClient(
        Starlette(routes=AppRoutes(ServedStudy(study.folder)).routes()), base_url=HOST, follow_redirects=False
    )
    page.post("/sign-in", data={"code": study.renew_code("ada")})
    assert page.cookies
    return page


def sign_in(page, token, name="dora"):
    answer = page.post("/sign-in", data={"token": token, "name": name})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return page


def test_only_the_hash_of_the_token_is_kept_and_it_is_made_once(site):
    study, _, token, _ = site
    kept = (study.folder / TOKEN_FILE).read_text()
    assert token not in kept
    assert re.fullmatch(r"[0-9a-f]{64}\n", kept)
    assert (study.folder / TOKEN_FILE).stat().st_mode & 0o077 == 0
    assert make_token(study.folder) == ""


def test_a_stranger_gets_the_sign_in_and_nothing_else(site):
    study, claims, _, page = site
    assert (page.get("/").status_code, page.get("/").headers["location"]) == (303, "/sign-in")
    form = page.get("/sign-in")
    assert form.status_code == 200
    assert "Rolling balls" in form.text
    for path in (
        f"/picture/{claims[0].id}/0",
        f"/video/{claims[0].id}",
        "/export/ratings.csv",
        "/_stcore/stream",
        "/x",
    ):
        assert page.get(path).status_code == 401, path
    with pytest.raises(WebSocketDisconnect), page.websocket_connect("/_stcore/stream", headers={"origin": HOST}):
        pass
    assert "sign in" not in {one.action for one in trail(study)}


@pytest.mark.parametrize("token", ["", "no such token", "x" * 5000])
def test_a_wrong_token_is_told(site, token):
    page = site[3]
    answer = page.post("/sign-in", data={"token": token, "name": "dora"})
    assert answer.status_code in (303, 413)
    if answer.status_code == 303:
        assert answer.headers["location"] == "/sign-in?problem=token"
        assert "not known" in page.get("/sign-in?problem=token").text
    assert page.get("/export/ratings.csv").status_code == 401


def test_many_wrong_tokens_have_to_wait_and_then_the_right_one_too(site):
    _, _, token, page = site
    for _ in range(10):
        page.post("/sign-in", data={"token": "wrong", "name": "dora"})
    assert page.post("/sign-in", data={"token": token, "name": "dora"}).headers["location"] == "/sign-in?problem=wait"
    assert page.get(f"/c/{token}").headers["location"] == "/sign-in?problem=wait"


def test_a_link_takes_the_token_out_of_the_address_and_asks_for_a_name(site):
    study, _, token, page = site
    answer = page.get(f"/c/{token}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert 'name="token"' not in page.get("/sign-in").text
    assert page.get("/export/ratings.csv").status_code == 401  # without a name nothing could be told of who it was
    answer = page.post("/sign-in", data={"name": "  dora "})
    assert answer.headers["location"] == "/"
    assert page.get("/export/ratings.csv").status_code == 200
    assert ("coordinator dora", "sign in") in {(one.actor, one.action) for one in trail(study)}
    assert page.get(f"/c/{token}").status_code == 303  # previews use nothing up


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 65])
def test_a_name_that_cannot_stand_in_the_audit_trail_is_refused(site, name):
    _, _, token, page = site
    answer = page.post("/sign-in", data={"token": token, "name": name})
    assert answer.headers["location"] == "/sign-in?problem=name"
    assert page.get("/export/audit.csv").status_code == 401


def test_the_cookie_is_http_only_strict_and_not_that_of_raters(site, tmp_path):
    study, _, token, page = site
    answer = page.post("/sign-in", data={"token": token, "name": "dora"})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert open_coordinated_study(study.folder).access.cookie.startswith("referee_calib_coordinator_")
    raters = raters_client(study)
    raters.cookies.clear()
    for one in page.cookies.jar:
        raters.cookies.set(one.name, one.value)
    assert raters.get(f"/v/{study.claims()[0].id}").status_code == 401  # a coordinator is no rater


def test_a_raters_cookie_opens_nothing_here(tmp_path, site):
    study, _, _, page = site
    raters = raters_client(study)
    for one in raters.cookies.jar:
        page.cookies.set(one.name, one.value)
        page.cookies.set(open_coordinated_study(study.folder).access.cookie, one.value)
    assert page.get("/export/ratings.csv").status_code == 401


def test_a_new_token_ends_sessions_at_once(site):
    study, _, token, page = site
    sign_in(page, token)
    assert page.get("/export/ratings.csv").status_code == 200
    newer = make_token(study.folder, anew=True)
    assert page.get("/export/ratings.csv").status_code == 401
    assert page.post("/sign-in", data={"token": token, "name": "dora"}).headers["location"] == "/sign-in?problem=token"
    sign_in(page, newer)
    assert page.get("/export/ratings.csv").status_code == 200


def test_a_copied_cookie_is_worth_nothing_after_signing_out_and_a_restart(site):
    study, _, token, page = site
    sign_in(page, token)
    copied, other = dict(page.cookies), sign_in(client(study), token, "eve")
    assert page.post("/sign-out").headers["location"] == "/sign-in"
    assert page.get("/export/ratings.csv").status_code == 401
    assert [(one.actor, one.action) for one in trail(study)][-1] == ("coordinator dora", "sign out")
    for restarted in (False, True):
        if restarted:
            open_coordinated_study.cache_clear()
        thief, kept = client(study), client(study)
        thief.cookies.update(copied)
        kept.cookies.update(dict(other.cookies))
        assert thief.get("/export/ratings.csv").status_code == 401
        assert kept.get("/export/ratings.csv").status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://elsewhere.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "http://127.0.0.1:9"}],
)
def test_forms_of_other_pages_are_refused(site, path, headers):
    _, _, token, page = site
    sign_in(page, token)
    assert page.post(path, data={"token": token, "name": "eve"}, headers=headers).status_code == 403


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8501", "http://elsewhere.example", None])
def test_a_websocket_comes_from_a_page_of_this_port_alone(site, origin):
    _, _, token, page = site
    sign_in(page, token)
    headers = {} if origin is None else {"origin": origin}
    with pytest.raises(WebSocketDisconnect), page.websocket_connect("/_stcore/stream", headers=headers):
        pass


def test_another_host_name_is_refused(site):
    _, _, token, page = site
    sign_in(page, token)
    assert page.get("/export/ratings.csv", headers={"host": "rebound.example"}).status_code == 421
    assert page.get("/sign-in", headers={"host": "rebound.example"}).status_code == 421


def test_every_answer_carries_the_security_headers(site):
    _, _, token, page = site
    for answer in (
        page.get("/"),
        page.get("/sign-in"),
        page.get("/x"),
        sign_in(page, token).get("/export/ratings.csv"),
    ):
        assert answer.headers["x-frame-options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"


def test_the_picture_has_the_box_of_its_moment(site):
    _, claims, token, page = site
    sign_in(page, token)
    answer = page.get(f"/picture/{claims[0].id}/0")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    image = decode(answer.content).astype(int)
    _, x1, y1, _, y2 = claims[0].boxes[0]
    height, width = image.shape[:2]
    line = image[round(height * (y1 + y2) / 2), round(width * x1) : round(width * x1) + 3]
    assert np.abs(line - [255, 214, 10]).sum(axis=1).min() < 120  # the yellow line, as JPEG has it
    assert page.get(f"/picture/{claims[0].id}/7").status_code == 404
    assert page.get("/picture/nothing/0").status_code == 404
    assert page.get(f"/picture/{claims[2].id}/1").status_code == 200  # a span alone: start, middle, end
    assert page.get(f"/video/{claims[0].id}", headers={"range": "bytes=0-9"}).status_code == 206


def test_tables_are_taken_away_as_each_format_and_that_is_noted(site):
    study, claims, token, page = site
    adjudicate(study, "dora", claims[0].id, {"relevance": 3}, "=1+1")
    sign_in(page, token)
    lines = page.get("/export/ratings.jsonl")
    assert 'filename="ratings.jsonl"' in lines.headers["content-disposition"]
    assert [json.loads(line)["rater"] for line in lines.text.splitlines()] == [
        one.rater for one in study.ratings(history=True)
    ]
    rows = list(csv.DictReader(io.StringIO(page.get("/export/adjudications.csv").text)))
    assert (rows[0]["level"], rows[0]["reason"]) == ("3", "'=1+1")  # no text runs as a formula
    parquet = page.get("/export/audit.parquet").content
    assert parquet[:4] == b"PAR1"
    for wrong in ("/export/scores.csv", "/export/ratings.exe"):
        assert page.get(wrong).status_code == 404
    assert [one.subject for one in trail(study) if one.action == "export"] == [
        "ratings.jsonl", "adjudications.csv", "audit.parquet",
    ]  # fmt: skip


def test_pseudonyms_reach_names_notes_and_nonces(site):
    study, claims, token, page = site
    study.add_ratings(given(claims[0], "bob", 1, minutes=99, note="cyd told me: ask dora. Abcyd stays."))
    sign_in(page, token)
    told = page.get("/export/ratings.csv?pseudonyms=1").text
    assert {row["rater"] for row in csv.DictReader(io.StringIO(told))} == {"r1", "r2", "r3"}
    for name in ("ada", "bob", "cyd told", "dora"):
        assert name not in told
    assert "Abcyd stays." in told
    audit = page.get("/export/audit.csv?pseudonyms=1").text
    assert "dora" not in audit
    assert "coordinator c1" in audit


def test_the_export_verb_writes_the_same_tables(site, tmp_path):
    study, claims, token, page = site
    study.add_ratings(given(claims[0], "bob", 1, minutes=99, note=HOSTILE_NOTE))
    adjudicate(study, "dora", claims[0].id, {"relevance": 3}, "r")
    result = run("export", study.folder, "--tables", tmp_path / "t", "--as", "jsonl")
    assert result.exit_code == 0, result.output
    assert "1 adjudications" in result.output
    assert sorted(path.name for path in (tmp_path / "t").iterdir()) == [
        "adjudications.jsonl", "audit.jsonl", "exclusions.jsonl", "ratings.jsonl",
    ]  # fmt: skip
    sign_in(page, token)
    assert (tmp_path / "t" / "ratings.jsonl").read_bytes() == page.get("/export/ratings.jsonl").content
    again = run("export", study.folder, "--tables", tmp_path / "t", "--as", "jsonl")
    assert again.exit_code == 2
    assert "--force" in again.output
    assert run("export", study.folder, "--tables", tmp_path / "t", "--as", "jsonl", "--force").exit_code == 0


@pytest.mark.parametrize("path", ["/sign-in", "/c/x", "/export/ratings.csv", "/picture/x/0", "/video/x"])
def test_the_raters_port_serves_nothing_of_it(site, path):
    study = site[0]
    raters = raters_client(study)
    answer = raters.get(path)
    assert answer.status_code in (404, 405) or not re.search("Coordinator|rater,dimension", answer.text)


def test_a_damaged_token_file_lets_nobody_in(site):
    study, _, token, page = site
    sign_in(page, token)
    (study.folder / TOKEN_FILE).write_text("")
    assert page.get("/export/ratings.csv").status_code == 401
    assert page.post("/sign-in", data={"token": "", "name": "dora"}).status_code in (303, 503)
    assert page.get("/export/ratings.csv").status_code == 401


def test_the_verb_makes_the_token_once_and_says_so_in_the_audit_trail(tmp_path):
    study, _, _ = rated_study(tmp_path / "study")
    first = run("coordinate", study.folder, "--no-start")
    token = re.match(r"token (\S+)\tlink http://127\.0\.0\.1:8502/c/\1\n", first.output).group(1)
    assert CoordinatorAccess(study.folder).admits(token)
    again = run("coordinate", study.folder, "--no-start")
    assert "--new-token" in again.output
    assert token not in again.output
    assert run("coordinate", study.folder, "--no-start", "--new-token").exit_code == 0
    assert not CoordinatorAccess(study.folder).admits(token)
    assert [one.actor for one in trail(study) if one.action == "make coordinator token"] == ["command line"] * 2


def test_the_verb_opens_to_others_only_when_that_is_meant(tmp_path):
    study, _, _ = rated_study(tmp_path / "study")
    result = run("coordinate", study.folder, "--host", "0.0.0.0", "--no-start")
    assert result.exit_code == 2
    assert "--allow-remote" in result.output
    assert not (study.folder / TOKEN_FILE).exists()
