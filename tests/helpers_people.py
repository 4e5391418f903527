"""The app's routes behind its guard, and clients that behave as browsers do."""

from __future__ import annotations

import html
import re
import warnings

from starlette.applications import Starlette
from starlette.middleware import Middleware

from annotate_app.access import FrontDoor, RequestGuard
from annotate_app.routes import AppRoutes, unavailable
from referee_calib.errors import StudyError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette's test client announces which HTTP client it will want next
    from starlette.testclient import TestClient

HOST = "http://127.0.0.1:8501"
OWN = {"origin": HOST, "sec-fetch-site": "same-origin"}
FOREIGN = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}


def guarded(served, door=None, peer="127.0.0.1", **options):
    """Return a client of the routes behind their guard; it comes from the address `peer`."""
    routes = AppRoutes(served, **options).routes()
    middleware = [Middleware(RequestGuard, door=door or FrontDoor())]
    app = Starlette(routes=routes, middleware=middleware, exception_handlers={StudyError: unavailable})
    return TestClient(app, base_url=HOST, follow_redirects=False, client=(peer, 50_000))


def fields_of(page):
    """Return the hidden fields of a page's form, as a browser would post them."""
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)
    return {html.unescape(name): html.unescape(value) for name, value in found}


def button_of(page):
    """Return what a page's button says."""
    return html.unescape(re.search(r"<button[^>]*>([^<]*)</button>", page.text)[1])


def press(client, page, path):
    """Press the button of a page that was got from a path."""
    return client.post(path, data=fields_of(page), headers=OWN)


def given_by(study, rater):
    """Return the latest ratings of a rater, those included that are held back from the figures."""
    return [one for claim in study.claims() for one in study.ratings_of(rater, claim.id)]
