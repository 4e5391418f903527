"""What every request passes before any route: the server's name, the visitor's address, the answer's headers."""

from __future__ import annotations

import logging
import sys

import pytest
from helpers_people import TestClient
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from annotate_app.access import (
    AllowedHosts,
    FrontDoor,
    PersonMask,
    RequestGuard,
    TrustedProxies,
    is_own_page,
    is_secure,
)

PUBLIC = "https://rate.example.org"


async def tell(request):
    """Say what the routes know of a request."""
    known = f"{request.client.host} {request.url.scheme} {is_own_page(request)} {is_secure(request)}"
    return PlainTextResponse(known, headers={"X-Content-Type-Options": "own"})


async def speak(websocket):
    """Accept a websocket and say something."""
    await websocket.accept()
    await websocket.send_text("hello")
    await websocket.close()


def client_of(door, peer="192.0.2.7", base="http://127.0.0.1:8501"):
    routes = [Route("/", tell, methods=["GET", "POST"]), WebSocketRoute("/ws", speak)]
    app = Starlette(routes=routes, middleware=[Middleware(RequestGuard, door=door)])
    return TestClient(app, base_url=base, client=(peer, 1))


# ---- the server's name ----


@pytest.mark.parametrize(
    ("host", "public", "header", "allowed"),
    [
        ("127.0.0.1", "", "127.0.0.1:8501", True),
        ("127.0.0.1", "", "localhost:1", True),
        ("127.0.0.1", "", "LocalHost.", True),
        ("127.0.0.1", "", "[::1]:8501", True),
        ("127.0.0.1", "", "evil.example:8501", False),
        ("127.0.0.1", "", "localhost.evil.example", False),
        ("127.0.0.1", "", "127.0.0.1.evil.example", False),
        ("127.0.0.1", "", "192.168.1.5:8501", False),
        ("127.0.0.1", "", "", False),
        ("127.0.0.1", "", "user@localhost", False),
        ("127.0.0.1", "", "localhost:port", False),
        ("127.0.0.1", "", "localhost/path", False),
        ("127.0.0.1", PUBLIC, "rate.example.org", True),
        ("127.0.0.1", PUBLIC, "127.0.0.1:8501", True),
        ("127.0.0.1", PUBLIC, "other.example.org", False),
        ("192.168.1.5", "", "192.168.1.5:8501", True),
        ("0.0.0.0", "", "192.168.1.5:8501", True),  # an address is no name that somebody could point here
        ("0.0.0.0", "", "evil.example", False),
        ("::", "", "[2001:db8::5]:8501", True),
    ],
)
def test_the_server_answers_to_its_own_names_only(host, public, header, allowed):
    assert AllowedHosts(host, public).allows(header) is allowed


def test_the_machines_own_name_is_one_of_them_where_it_listens_everywhere(monkeypatch):
    monkeypatch.setattr("annotate_app.access.allowed_hosts.socket.gethostname", lambda: "lab-pc")
    monkeypatch.setattr("annotate_app.access.allowed_hosts.socket.getfqdn", lambda: "lab-pc.uni.edu")
    everywhere, here = AllowedHosts("0.0.0.0"), AllowedHosts("127.0.0.1")
    for name in ("lab-pc:8501", "lab-pc.uni.edu", "lab-pc.local"):
        assert (everywhere.allows(name), here.allows(name)) == (True, False)


def test_a_name_pointed_at_this_machine_is_refused_and_the_log_says_what_to_type(caplog):
    client = client_of(FrontDoor(), base="http://evil.example")
    answer = client.get("/")
    assert (answer.status_code, "192.0.2.7" in answer.text) == (421, False)
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/ws", headers={"host": "evil.example"}):
        pass
    client.get("/")
    told = [one.getMessage() for one in caplog.records if "evil.example" in one.getMessage()]
    assert len(told) == 1  # once for each name
    assert "--public-url https://evil.example" in told[0]


def test_the_log_stays_small_and_whole_whatever_names_are_asked_for(caplog):
    caplog.set_level(logging.WARNING)
    client = client_of(FrontDoor())
    for number in range(150):
        client.get("/", headers={"host": f"h{number}.example"})
    client.get("/", headers={"host": "a\x1b[31m"})
    told = [one.getMessage() for one in caplog.records if one.name.endswith("request_guard")]
    assert len(told) == 100
    assert "\x1b" not in "".join(told)


# ---- the page's origin ----


@pytest.mark.parametrize(
    ("door", "origin", "own"),
    [
        (FrontDoor(), "http://127.0.0.1:8501", True),
        (FrontDoor(), PUBLIC, False),  # a proxy that writes Host anew, and nobody said so
        (FrontDoor(public_url=PUBLIC), PUBLIC, True),
        (FrontDoor(public_url=f"{PUBLIC}:443/"), PUBLIC, True),
        (FrontDoor(public_url=f"{PUBLIC}:8443"), f"{PUBLIC}:8443", True),
        (FrontDoor(public_url=f"{PUBLIC}:8443"), PUBLIC, False),
        (FrontDoor(public_url=PUBLIC), "http://rate.example.org", False),
        (FrontDoor(public_url=PUBLIC), "https://rate.example.org.evil.example", False),
        (FrontDoor(public_url=PUBLIC), "http://127.0.0.1:8501", True),
        (FrontDoor(public_url="http://rate.lan"), "http://rate.lan", True),  # a proxy within a building
        (FrontDoor(), "http://127.0.0.1:9999", False),
        (FrontDoor(), "null", False),
        (FrontDoor(), "http://[broken", False),
    ],
)
def test_posts_and_websockets_come_from_own_pages(door, origin, own):
    client = client_of(door)
    sent = {"origin": origin, "host": "127.0.0.1:8501"}
    assert client.post("/", headers=sent).text.split()[2] == str(own)
    if own:
        with client.websocket_connect("/ws", headers=sent) as socket:
            assert socket.receive_text() == "hello"
    else:
        with pytest.raises(WebSocketDisconnect), client.websocket_connect("/ws", headers=sent):
            pass


def test_a_proxy_that_nobody_stated_is_told_in_the_log(caplog):
    client_of(FrontDoor()).post("/", headers={"origin": PUBLIC})
    told = [one.getMessage() for one in caplog.records if "refused" in one.getMessage()]
    assert len(told) == 1
    assert f"start it with --public-url {PUBLIC}" in told[0]


def test_the_cookie_insists_on_encryption_where_people_come_by_https():
    def secure(door, **headers):
        return client_of(door).get("/", headers=headers).text.split()[3]

    assert secure(FrontDoor()) == "False"
    assert secure(FrontDoor(public_url=PUBLIC)) == "True"  # whether or not the proxy says how they came
    assert secure(FrontDoor(), **{"x-forwarded-proto": "https"}) == "False"
    assert secure(FrontDoor(trusted_proxies=["192.0.2.7"]), **{"x-forwarded-proto": "https"}) == "True"


# ---- the visitor's address ----

PROXY, INNER = "10.0.0.1", "10.0.0.2"


@pytest.mark.parametrize(
    ("peer", "headers", "address"),
    [
        ("203.0.113.9", {"x-forwarded-for": "198.51.100.1"}, "203.0.113.9"),  # anybody can write a header
        (PROXY, {}, PROXY),
        (PROXY, {"x-forwarded-for": "198.51.100.1"}, "198.51.100.1"),
        (PROXY, {"x-forwarded-for": "1.1.1.1, 198.51.100.1"}, "198.51.100.1"),  # the left one is the visitor's own
        (PROXY, {"x-forwarded-for": "1.1.1.1, 198.51.100.1, 10.0.0.2"}, "198.51.100.1"),
        (PROXY, {"x-forwarded-for": "10.0.0.3, 10.0.0.2"}, "10.0.0.3"),
        (PROXY, {"x-forwarded-for": "198.51.100.1:4711"}, "198.51.100.1"),
        (PROXY, {"x-forwarded-for": "[2001:db8::5]:4711"}, "2001:db8::5"),
        (PROXY, {"x-forwarded-for": "2001:db8::5"}, "2001:db8::5"),
        (PROXY, {"x-forwarded-for": "1.1.1.1, unknown"}, PROXY),
        (PROXY, {"forwarded": 'for=1.1.1.1, for="[2001:db8::5]:4711";proto=https;by=10.0.0.1'}, "2001:db8::5"),
        (PROXY, {"forwarded": "proto=https;for=198.51.100.1"}, "198.51.100.1"),
        (PROXY, {"forwarded": "for=_hidden"}, PROXY),
        (PROXY, {"forwarded": "for=1.1.1.1", "x-forwarded-for": "198.51.100.1"}, PROXY),  # one is the visitor's own
        ("::ffff:10.0.0.1", {"x-forwarded-for": "198.51.100.1"}, "198.51.100.1"),
        ("", {"x-forwarded-for": "198.51.100.1"}, ""),
    ],
)
def test_an_address_is_taken_from_stated_proxies_and_from_the_right(peer, headers, address):
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert TrustedProxies(["10.0.0.0/8"]).client(peer, sent)[0] == address


def test_several_header_lines_are_one_list():
    sent = [(b"x-forwarded-for", b"1.1.1.1"), (b"X-Forwarded-For", b"198.51.100.1")]
    assert TrustedProxies([PROXY]).client(PROXY, sent)[0] == "198.51.100.1"
    assert TrustedProxies().client(PROXY, sent)[0] == PROXY


def test_routes_see_the_address_that_the_proxy_saw():
    door = FrontDoor(trusted_proxies=["192.0.2.7"])
    assert (
        client_of(door).get("/", headers={"x-forwarded-for": "9.9.9.9, 198.51.100.1"}).text.startswith("198.51.100.1 ")
    )
    assert (
        client_of(door, peer="192.0.2.8").get("/", headers={"x-forwarded-for": "9.9.9.9"}).text.startswith("192.0.2.8 ")
    )


# ---- headers ----


def test_every_answer_carries_the_headers_and_a_routes_own_wins():
    client = client_of(FrontDoor())
    for answer in (client.get("/"), client.get("/nowhere")):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "camera=()" in answer.headers["permissions-policy"]
    assert client.get("/").headers.get_list("x-content-type-options") == ["own"]
    assert client.get("/nowhere").headers["x-content-type-options"] == "nosniff"


def test_sites_that_may_show_the_app_are_stated():
    answer = client_of(FrontDoor(frame_ancestors=["https://survey.uni.edu"])).get("/")
    assert "frame-ancestors https://survey.uni.edu;" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers


# ---- the log ----


@pytest.mark.parametrize(
    ("logged", "told"),
    [
        ("Error description: user ann.b+c@uni.edu denied", "Error description: user … denied"),
        ("GET /i/aZ09-_x HTTP/1.1", "GET /i/… HTTP/1.1"),
        ("/p/key?PROLIFIC_PID=5f3c&STUDY_ID=s1", "/p/…?PROLIFIC_PID=…&STUDY_ID=…"),
        ("/oauth2callback?state=s&code=c done", "/oauth2callback?state=…&code=… done"),
        ("100 % done at 12:30", "100 % done at 12:30"),
    ],
)
def test_what_a_library_logs_names_no_person(logged, told):
    record = logging.LogRecord("streamlit", logging.ERROR, __file__, 1, "%s", (logged,), None)
    assert PersonMask().filter(record)
    assert record.getMessage() == told


def test_of_an_exception_the_kind_is_left():
    try:
        raise PermissionError("ann@uni.edu")
    except PermissionError:
        record = logging.LogRecord("authlib", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    PersonMask().filter(record)
    assert logging.Formatter().format(record) == "failed (PermissionError)"
