"""The rating page in Firefox: a claim looked at, zoomed into, drawn on and rated by keys, and the one after it."""

import pytest
from helpers_app import serving
from helpers_firefox import FIREFOX, firefox
from helpers_page import make_page_study

ENTER, UP = "\ue007", "\ue013"  # as WebDriver names them

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(FIREFOX is None, reason="no Firefox is installed: apt-get install firefox-esr"),
    pytest.mark.xdist_group("page"),
]


def test_a_rater_draws_rates_and_goes_on(tmp_path):
    study, codes = make_page_study(tmp_path / "study", ("ada",), 'draw = "optional"')
    claim = study.claims()[0]
    with (
        serving(tmp_path / "study", tmp_path / "log.txt") as server,
        firefox(tmp_path / "profile") as browser,
    ):
        browser.resize(1280, 720)
        browser.open(f"{server.url}/i/{codes['ada']}")
        browser.open(f"{server.url}/?view=rate&claim={claim.id}")
        browser.wait_for("find('.readout.boxed')?.textContent === '2.00 s · box shown'")
        browser.press(".")
        browser.wait_for("find('canvas.boxes').dataset.frame === '51'")
        browser.press("j", "z")
        browser.wait_for("find('.stage.zoomed') !== null")
        browser.press("z", "d")
        browser.wait_for("find('canvas.boxes').dataset.boxes === '0'")
        box = browser.run("find('.stage').getBoundingClientRect()")
        corners = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in ((0.2, 0.3), (0.6, 0.7))]
        browser.drag(*corners)
        browser.press(UP, "[", ".", "]", ENTER)
        browser.press(" ")
        browser.wait_for("find('.play span').textContent === 'Pause'")
        browser.wait_for("find('video').currentTime > 2.2")
        browser.press(" ", "4", "2", "0", ENTER)
        browser.wait_for(f"find('.rate').dataset.claim !== '{claim.id}' && !find('.rate.busy')")
    assert [one.level for one in study.ratings_of("ada", claim.id)] == [4, 2, 0]
    mark = study.mark_of("ada", claim.id)
    # drawn from 0.2 to 0.6 and from 0.3 to 0.7, then by a key 0.01 up; frames 50 and 51
    assert mark.boxes[0] == pytest.approx((2.0, 0.2, 0.29, 0.6, 0.69), abs=0.005)
    assert mark.span == pytest.approx((2.0, 2.08))
