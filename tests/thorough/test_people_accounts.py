"""Signing in with an account of an organisation, by a real provider on this machine and a real browser."""

import pytest
from helpers_app import CHROMIUM, browsing, free_port, make_study, serving
from helpers_oidc_provider import CLIENT, SECRET, providing
from helpers_people import given_by

from referee_calib.study import people
from referee_calib.study.settings import PeopleSettings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A study that takes accounts; yields (study, provider, server, page)."""
    monkeypatch.setenv("REFEREE_CALIB_OIDC_SECRET", SECRET)
    study, _ = make_study(tmp_path / "study")
    with providing(free_port()) as provider:
        study.set_config(
            people=PeopleSettings(
                oidc_server=f"{provider.url}/.well-known/openid-configuration",
                oidc_client=CLIENT,
                allow=("@lab.org",),
                names=("grace@uni.edu = grace",),
            )
        )
        with serving(study.folder, tmp_path / "log.txt") as server, browsing() as browser:
            page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            yield study, provider, server, page
        log = (tmp_path / "log.txt").read_text()
        assert not [name for name in ("grace@", "@lab.org", "eve@", "code=", "ticket") if name in log], log


BUTTON = "Sign in with your organisation's account"


def sign_in(page, server, provider, **person):
    provider.person = person
    page.goto(server.url)
    page.get_by_role("button", name=BUTTON).click()


def test_an_account_on_the_list_rates_under_its_pseudonym_and_signs_out_everywhere(site):
    study, provider, server, page = site
    sign_in(page, server, provider, email="Grace@uni.edu", email_verified=True)
    page.locator(".top .who").wait_for()
    assert page.locator(".top .who").text_content() == "grace"
    page.get_by_role("button", name="Start rating").click()
    claim = page.locator(".rate[data-claim]").get_attribute("data-claim")
    for _ in study.claims([claim])[0].dimensions:
        page.keyboard.press("3")
    page.keyboard.press("Enter")
    page.locator(f'.rate:not([data-claim="{claim}"])').wait_for()
    assert given_by(study, "grace")
    assert "uni.edu" not in "".join(str(one) for one in given_by(study, "grace"))
    copied = [one for one in page.context.cookies() if one["name"].startswith("referee_calib")]
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name=BUTTON).wait_for()
    assert provider.logged_out == 1
    assert people.sessions(study) == []
    page.context.add_cookies(copied)  # a copy of the cookie is worth nothing
    page.reload()
    page.get_by_role("button", name=BUTTON).wait_for()


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ({"email": "eve@elsewhere.example", "email_verified": True}, "not on the list"),
        ({"email": "eve@sub.lab.org", "email_verified": True}, "not on the list"),
        ({"email": "eve@lab.org", "email_verified": False}, "has not verified"),
        ({"email": "eve@lab.org"}, "has not verified"),
        ({}, "has not verified"),
    ],
)
def test_other_accounts_are_told_why_and_can_be_changed(site, person, words):
    study, provider, server, page = site
    sign_in(page, server, provider, **person)
    page.get_by_text(words).wait_for()
    assert [one.name for one in study.raters()] == ["ada"]
    provider.person = {"email": "hedy@lab.org", "email_verified": True}
    page.get_by_role("button", name="Use another account").click()
    page.get_by_role("button", name=BUTTON).click()
    page.locator(".top .who").wait_for()
    assert page.locator(".top .who").text_content().startswith("person-")


def test_an_account_whose_access_is_withdrawn_stays_out(site):
    study, provider, server, page = site
    sign_in(page, server, provider, email="grace@uni.edu", email_verified=True)
    page.locator(".top .who").wait_for()
    people.revoke(study, "grace", actor="coordinator kim")
    page.reload()
    page.get_by_text("Your access to this study was withdrawn").wait_for()
    page.reload()
    page.get_by_text("Your access to this study was withdrawn").wait_for()
