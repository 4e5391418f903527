"""The parts of the rating page that need no server: keys of other keyboards, characters nobody sees, boxes, drawings."""

import pytest
from helpers_app import CHROMIUM, browsing

from annotate_app.components import text
from referee_calib.study.settings import RatingPageSettings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium"),
    pytest.mark.xdist_group("browser"),
]

SCRIPTS = ("dom.js", "unseen_characters.js", "video/box_lines.js", "marking/own_marks.js", "rating/key_bindings.js")


@pytest.fixture(scope="module")
def page():
    """An empty page with the scripts on it."""
    with browsing() as browser:
        page = browser.new_page(viewport={"width": 800, "height": 600})
        for name in SCRIPTS:
            page.add_script_tag(content=text(name))
        yield page


def meaning(page, key, code="", shift=False, **keys):
    """Return what a key means, [level, action], where a study has set some keys otherwise."""
    given = RatingPageSettings(**keys).keys()
    return page.evaluate(
        """([keys, event]) => { const bindings = new KeyBindings(keys);
        return [bindings.level(event), bindings.action(event)]; }""",
        [given, {"key": key, "code": code, "shiftKey": shift}],
    )


@pytest.mark.parametrize(
    ("key", "code", "shift", "level"),
    [
        ("4", "Digit4", False, 4),
        ("'", "Digit4", False, 4),  # AZERTY without Shift
        ("à", "Digit0", False, 0),
        ("4", "Digit4", True, 4),  # AZERTY with Shift
        ("$", "Digit4", True, None),  # Shift and 4 on QWERTY
        ("č", "Digit4", False, 4),  # Czech
        ("٤", "Numpad4", False, 4),  # Arabic
        ("3", "Numpad3", False, 3),
        ("PageDown", "Numpad3", False, None),  # without Num Lock
        ("x", "KeyX", False, 10),
        ("ч", "KeyX", False, 10),  # Russian
        ("χ", "KeyX", False, 10),  # Greek
    ],
)
def test_a_level_is_given_on_every_keyboard(page, key, code, shift, level):
    assert meaning(page, key, code, shift)[0] == level


@pytest.mark.parametrize(
    ("key", "code", "shift", "action"),
    [
        ("j", "KeyJ", False, "box"),
        ("J", "KeyJ", True, "box"),
        ("о", "KeyJ", False, "box"),  # Russian
        ("ξ", "KeyJ", False, "box"),  # Greek
        ("j", "KeyC", False, "box"),  # Dvorak: the letter counts, not its place
        ("c", "KeyI", False, ""),
        ("q", "KeyA", False, ""),  # AZERTY
        (",", "KeyM", False, "frame_back"),  # AZERTY
        (";", "Comma", False, "frame_back"),
        (":", "Period", False, "frame_on"),
        ("б", "Comma", False, "frame_back"),  # Russian
        ("Б", "Comma", True, "slower"),
        (";", "Comma", True, "slower"),  # German
        ("?", "KeyM", True, ""),  # AZERTY: a sign on the place of a letter means nothing
        ("ü", "BracketLeft", False, "span_start"),  # German
        ("Dead", "BracketLeft", False, "span_start"),  # French: an accent
        (" ", "Space", False, "play"),
        ("Tab", "Tab", False, ""),
    ],
)
def test_an_action_is_found_on_every_keyboard(page, key, code, shift, action):
    assert meaning(page, key, code, shift)[1] == action


def test_a_renamed_key_moves_on_every_keyboard(page):
    assert meaning(page, "q", "KeyQ", key_box="q")[1] == "box"
    assert meaning(page, "й", "KeyQ", key_box="q")[1] == "box"
    assert meaning(page, "j", "KeyJ", key_box="q")[1] == ""
    assert meaning(page, "PageDown", "PageDown", key_forward="PageDown")[1] == "forward"


SHOWN = """text => { const holder = document.createElement("p"); showText(holder, text);
  return [holder.textContent, holder.dir, holder.querySelectorAll(".unseen").length]; }"""


@pytest.mark.parametrize(
    ("text", "shown", "markers"),
    [
        ("red ball", "red ball", 0),
        ("\u202ellab der", "⟨RLO⟩llab der", 1),  # would show as "red ball"
        ("\u2067a\u2069", "⟨RLI⟩a⟨PDI⟩", 2),
        ("re\u200bd\ufeff", "re⟨ZWSP⟩d⟨BOM⟩", 2),
        ("red\U000e0041\U000e007f", "red⟨TAG A⟩⟨U+E007F⟩", 2),
        ("r\u200ded", "r⟨ZWJ⟩ed", 1),
        ("\x07red\x9b", "⟨U+0007⟩red⟨U+009B⟩", 2),
        ("two\nlines", "two\nlines", 0),
        ("می\u200cخواهم", "می\u200cخواهم", 0),  # Persian is misspelt without it
        ("\U0001f468\u200d\U0001f467", "\U0001f468\u200d\U0001f467", 0),  # one picture of two
        ("<b>red</b>", "<b>red</b>", 0),
    ],
)
def test_what_nobody_sees_is_shown_by_its_name(page, text, shown, markers):
    assert page.evaluate(SHOWN, text) == [shown, "auto", markers]


DRAW = """([width, height, corners]) => {
  const canvas = document.createElement("canvas");
  Object.assign(canvas.style, { position: "fixed", width: `${width}px`, height: `${height}px` });
  document.body.replaceChildren(canvas);
  const tiny = drawBoxes(canvas, { width: 1920, height: 1080 }, { scale: 1, x: 0.5, y: 0.5 }, [{ corners, colour: CLAIMED }]);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [yellow, left, right] = [0, width, 0];
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] < 200 || data[at + 1] < 150 || data[at + 3] < 200) continue;
    const x = (at / 4) % canvas.width;
    [yellow, left, right] = [yellow + 1, Math.min(left, x), Math.max(right, x)];
  }
  return { tiny, yellow, left, right };
}"""


@pytest.mark.parametrize(("width", "height"), [(358, 201), (708, 398), (1280, 720)])
def test_a_box_of_one_pixel_is_seen_at_every_size(page, width, height):
    corners = [960 / 1920, 540 / 1080, 961 / 1920, 541 / 1080]
    seen = page.evaluate(DRAW, [width, height, corners])
    assert seen["tiny"]
    # a frame of at least 18 by 18 pixels has a yellow line of 3 pixels around it: 4 * 18 * 3 = 216 and the corners
    assert seen["yellow"] >= 216
    assert (seen["left"] + seen["right"]) / 2 == pytest.approx(width / 2, abs=2)


def test_a_box_as_large_as_the_picture_is_seen_and_no_box_is_drawn_larger_than_it_is(page):
    whole = page.evaluate(DRAW, [640, 360, [0, 0, 1, 1]])
    assert (whole["left"] < 8, whole["right"] > 631, whole["tiny"]) == (True, True, False)
    usual = page.evaluate(DRAW, [640, 360, [0.25, 0.25, 0.75, 0.75]])
    # 0.25 * 640 = 160 and 0.75 * 640 = 480; the yellow line lies from 1.5 to 4.5 pixels outside
    assert (usual["left"], usual["right"]) == pytest.approx((156, 484), abs=1.5)


def test_a_drawn_box_stays_on_the_picture_and_keeps_its_size_when_moved(page):
    moved = page.evaluate("""() => { const own = new OwnMarks(); own.setBox(1, [0.5, 0.5, 0.7, 0.8]);
      own.move(1, 0.9, -0.9); return own.json(); }""")
    # to the right by 1 - 0.7 = 0.3 at most, up by 0.5 at most
    assert moved["boxes"] == [[1, 0.8, 0, 1, 0.3]]


def test_keys_make_move_and_resize_a_drawn_box(page):
    made = page.evaluate("""() => { const own = new OwnMarks(); const how = { resize: false, zoom: 1, middle: [0.5, 0.5] };
      own.nudge(2, [1, 0], how); own.nudge(2, [1, 0], how); own.nudge(2, [0, 1], { ...how, resize: true });
      return own.json(); }""")
    # the first key makes 0.4 to 0.6 both ways; the second moves it by 0.01; the third adds 0.01 to its height
    assert made == {"boxes": [[2, 0.41, 0.4, 0.61, 0.61]], "span": None, "reason": "", "covered": False, "seconds": 0}


def test_a_span_whose_end_would_lie_before_its_start_begins_anew(page):
    spans = page.evaluate("""() => { const own = new OwnMarks(); const seen = [];
      for (const [side, time] of [[0, 2], [1, 3], [0, 3.5], [1, 4]]) { own.setSpan(side, time); seen.push([...own.span]); }
      return seen; }""")
    assert spans == [[2, None], [2, 3], [3.5, None], [3.5, 4]]
