"""The app behind a real nginx, with the settings of docs/how_to/behind_a_proxy.md."""

import re
import shutil
import ssl
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from helpers_app import CHROMIUM, browsing, free_port, make_study, serving
from helpers_people import given_by

from referee_calib.study import people
from referee_calib.study.settings import PeopleSettings

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
PAGE = (Path(__file__).parents[2] / "docs/how_to/behind_a_proxy.md").read_text(encoding="utf-8")
SERVER = re.search(r"```nginx\n(.*?)```", PAGE, re.DOTALL)[1]
CARELESS = re.sub(r"\n *proxy_set_header (Host|X-Forwarded-\w+|Forwarded) [^;]*;[^\n]*", "", SERVER)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(NGINX is None, reason="no nginx is installed: apt-get install nginx-light"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]


class Proxy:
    """nginx with a certificate of its own making."""

    def __init__(self, folder: Path, server: str, app_port: int) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"https://localhost:{self.port}"
        own = {
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "rate.example.org;": "localhost;",
            "/etc/ssl/rate.example.org": str(folder / "certificate"),
            "/var/log/nginx/": f"{folder}/",
            "127.0.0.1:8501": f"127.0.0.1:{app_port}",
        }
        for theirs, ours in own.items():
            assert theirs in server
            server = server.replace(theirs, ours)
        paths = "".join(
            f"{one}_temp_path {folder}/{one};\n" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        own_files = f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;"
        (folder / "nginx.conf").write_text(f"{own_files}\nevents {{}}\nhttp {{\n{paths}{server}}}\n")

    def __enter__(self):
        key, cert = self.folder / "certificate.key", self.folder / "certificate.pem"
        made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
        alt = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        subprocess.run([*made, *alt, "-keyout", key, "-out", cert], check=True, capture_output=True)
        self.trust = ssl.create_default_context(cafile=str(cert))
        self.process = subprocess.Popen([NGINX, "-c", self.folder / "nginx.conf"], stderr=subprocess.PIPE)
        for _ in range(100):
            try:
                httpx.get(self.url, verify=self.trust)
                return self
            except httpx.TransportError:
                assert self.process.poll() is None, self.process.stderr.read()
                time.sleep(0.05)
        raise AssertionError("nginx does not answer")

    def __exit__(self, *_error):
        self.process.terminate()
        self.process.wait(10)
        self.process.stderr.close()

    def client(self, address="127.0.0.2"):
        """Return a client that trusts the certificate; it comes from an address that is not the proxy's."""
        transport = httpx.HTTPTransport(verify=self.trust, local_address=address)
        return httpx.Client(base_url=self.url, transport=transport)


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """The app behind nginx as the page says; yields (study, codes, proxy, browser, app's log)."""
    place = tmp_path_factory.mktemp("proxy")
    study, codes = make_study(place / "study", ("ada", "ben", "cleo"))
    with serving(study.folder, place / "log.txt") as first:
        proxy = Proxy(place, SERVER, first.port)
        first.kill()
        study.set_config(people=PeopleSettings(public_url=proxy.url, trusted_proxies=("127.0.0.1",)))
        first.start()
        with proxy, browsing() as browser:
            yield study, codes, proxy, browser, place / "log.txt"


def rate_one(page, study):
    """Rate the claim on the page, and wait for the next one."""
    page.locator(".rate[data-claim]").wait_for()
    claim = page.locator(".rate").get_attribute("data-claim")
    page.locator(".readout.boxed, .readout").first.wait_for()
    for _ in study.claims([claim])[0].dimensions:
        page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.locator(f'.rate:not([data-claim="{claim}"])').wait_for()


def test_people_rate_through_it_with_a_cookie_that_travels_encrypted(behind):
    study, _, proxy, browser, log = behind
    link = people.invite(study, "dora", actor="x", uses=1)
    page = browser.new_context(ignore_https_errors=True, viewport={"width": 1280, "height": 800}).new_page()
    page.goto(proxy.url + link.path)
    page.get_by_role("button", name="Sign in as dora").click()
    page.locator(".top .who").wait_for()
    assert page.url == f"{proxy.url}/"
    cookie = next(one for one in page.context.cookies() if one["name"].startswith("referee_calib"))
    assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Lax")
    page.get_by_role("button", name="Start rating").click()
    rate_one(page, study)
    assert given_by(study, "dora")
    page.get_by_role("button", name="Sign out").click()
    page.locator("#code").wait_for()
    page.context.close()
    logs = log.read_text() + "".join(one.read_text() for one in proxy.folder.glob("*.log"))
    assert link.token not in logs
    assert "GET /" in logs  # that nginx logs the rest


def test_byte_ranges_and_headers_come_through(behind):
    study, codes, proxy, _, _ = behind
    with proxy.client() as client:
        client.get(f"/i/{codes['ada']}")
        part = client.get(f"/v/{study.claims()[0].id}", headers={"range": "bytes=10-19"})
        assert (part.status_code, len(part.content)) == (206, 10)
        for path in ("/", "/_stcore/health", "/i/x", "/nowhere"):
            answer = client.get(path)
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"], path
            assert answer.headers["x-content-type-options"] == "nosniff"
        assert client.post("/api/rating", content=b"x" * 70_000).status_code == 413


def test_a_written_header_does_not_evade_the_brake(behind):
    _, codes, proxy, _, _ = behind
    with proxy.client("127.0.0.3") as client:
        for number in range(10):
            forged = {"x-forwarded-for": f"203.0.113.{number}", "forwarded": f"for=203.0.113.{number}"}
            assert client.get(f"/i/guess{number}", headers=forged).headers["location"] == "/?problem=link"
        late = client.get("/i/guess", headers={"x-forwarded-for": "203.0.113.99"})
        assert late.headers["location"] == "/?problem=wait"
        assert client.get(f"/i/{codes['ben']}").headers["location"] == "/?problem=wait"


def test_a_proxy_that_writes_host_anew_works_once_the_public_address_is_stated(behind, tmp_path):
    browser = behind[3]
    study, codes = make_study(tmp_path / "study")
    with serving(study.folder, tmp_path / "log.txt") as server:
        proxy = Proxy(tmp_path, CARELESS, server.port)
        with proxy:
            page = browser.new_context(ignore_https_errors=True).new_page()
            page.goto(f"{proxy.url}/i/{codes['ada']}")
            page.wait_for_timeout(1500)  # the page stays empty: its websocket is refused
            assert page.locator(".top").count() == 0
            assert f"start it with --public-url {proxy.url}" in (tmp_path / "log.txt").read_text()
            server.kill()
            study.set_config(people=PeopleSettings(public_url=proxy.url))
            server.start()
            page.reload()
            page.get_by_role("button", name="Start rating").click()
            rate_one(page, study)
    assert given_by(study, "ada")
