"""The page of ``agree --report`` in a real Chromium: desktop, phone and paper, names of any length, no script."""

import numpy as np
import pytest
from helpers_agree import run, write
from helpers_app import CHROMIUM, browsing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]
LONG = np.array(["anger", "a category of a very long name that nobody would read to its end", "fear", "<b>joy</b>"])
NAMES = ("anna", "a-rater-with-a-name-without-any-place-to-break-it-in-two-on-a-narrow-screen", "chris", "gpt")


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agree")
    rng = np.random.default_rng(2)
    table = np.where(rng.random((50, 4)) < 0.6, rng.integers(0, 4, (50, 1)), rng.integers(0, 4, (50, 4)))
    numbers, words = write(folder / "numbers.csv", table, NAMES), write(folder / "words.csv", LONG[table], NAMES)
    for path, ask in ((numbers, ["--scale", "0:3", "--referee", "gpt"]), (words, ["--level", "nominal"])):
        result = run(path, *ask, "--report", path.with_suffix(".html"))
        assert result.exit_code == 0, result.output
    return {path.stem: path.with_suffix(".html").as_uri() for path in (numbers, words)}


@pytest.fixture(scope="module")
def browser():
    with browsing() as browser:
        yield browser


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("which", ["numbers", "words"])
def test_the_page_fits_the_screen_and_asks_nobody(browser, addresses, which, width):
    page, asked, said = browser.new_page(viewport={"width": width, "height": 844}), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(addresses[which])
    assert (asked, said) == ([addresses[which]], [])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("svg.plot").count() == (2 if which == "numbers" else 1)  # words have no error to split
    assert page.evaluate(
        "[...document.querySelectorAll('.sections table')].every(t => getComputedStyle(t.parentElement).overflowX"
        " === 'auto')"
    )
    sizes = page.evaluate(
        """[...document.querySelectorAll('svg.plot')].flatMap(svg => {
            const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return [...svg.querySelectorAll('text')].map(text => parseFloat(getComputedStyle(text).fontSize) * scale);
        })"""
    )
    assert width < 390 or min(sizes) > 8.5  # CSS pixels
    page.close()


def test_it_is_printed_on_a_few_sheets_of_paper(browser, addresses):
    page = browser.new_page()
    page.goto(addresses["numbers"])
    paper = page.pdf(format="A4")
    assert 1 <= paper.count(b"/Type /Page\n") <= 4
    page.close()
