"""The still pages as HTML. Every word that comes from a file is escaped here."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from html import escape

from annotate_app.components import text
from referee_calib.rubric import Rubric, Scale
from referee_calib.study import RatingPageSettings

_CLAIM_WORDS = (
    "A video frame with a yellow box around a ball; below it a time bar on which a yellow band marks a span and a "
    "lozenge the moment of the box"
)
# What each key does, in the order in which raters need them; names of keys that can be changed are their actions.
_KEYS = (
    (("Enter",), "save, and on to the next claim"),
    (("↑", "↓"), "another level"),
    (("←", "→"), "another dimension"),
    (("box",), "stand still on the box"),
    (("play",), "play or pause"),
    (("replay",), "replay the claim"),
    (("frame_back", "frame_on"), "one frame back or on"),
    (("slower", "faster"), "slower or faster"),
    (("loop",), "loop on or off"),
    (("zoom",), "zoom into the box, and back"),
    (("Shift + arrows",), "look around while zoomed in"),
    (("full_screen",), "full screen on or off"),
    (("note",), "write a note"),
    (("skip",), "skip, with a reason"),
    (("back", "forward"), "another claim, without saving"),
    (("claims",), "list my claims"),
)
_DRAWING_KEYS = (
    (("draw",), "draw my own box or span"),
    (("span_start", "span_end"), "my span starts or ends here"),
)


def task(total: int) -> str:
    """Return what a rater is asked to do."""
    known = {0: "No claim waits for you just now", 1: "There is one claim"}
    claims = known.get(total, f"There are {total} claims")
    return f"""<article class="rc-page rc-intro"><div>
<h1>How to rate</h1>
<p>A model watched a short video, answered a question about it, and pointed at its evidence: a named thing in a
<b>box</b> at one moment, a <b>span</b> of time, or both. You judge how good that evidence is.</p>
<ol><li>Read the question, the answer and what the model claims to see.</li>
<li>Look at the box, then play the moments around it. Replay as often as you like.</li>
<li>On each scale, choose the level whose sentence fits best. Then save.</li></ol>
<p>Judge what you see, not what you would have answered. When a claim cannot be judged, skip it and say why.
{claims}; stop whenever you like, and you will find your place again.</p>
</div>{_picture("claim.svg", _CLAIM_WORDS)}</article>"""


def words(rubric: Rubric, page: RatingPageSettings | None = None) -> str:
    """Return the scales in the rubric's words, and the keys that the study has set."""
    page = page or RatingPageSettings()
    keys = page.keys()
    scales = "".join(_scale(scale, keys) for scale in rubric.scales)
    rows = [(_level_keys(rubric, keys), "give a level; the next dimension follows")]
    shown = _KEYS + (_DRAWING_KEYS if page.draw != "off" else ())
    rows += [(" ".join(_kbd(_key_label(keys.get(one, one))) for one in names), what) for names, what in shown]
    listed = "".join(f"<div><dt>{names}</dt><dd>{escape(what)}</dd></div>" for names, what in rows)
    lang = f' lang="{escape(rubric.language)}"' if rubric.language else ""
    return f"""<article class="rc-page"><section class="rc-scales" aria-label="The scales"{lang}>{scales}</section>
<section class="rc-keys" aria-label="Keys"><h2>Keys</h2><dl>{listed}</dl></section></article>"""


def done(total: int) -> str:
    """Return the last page."""
    if not total:
        return f"""<article class="rc-page rc-done">{_picture("done.svg", "")}<h1>Nothing to rate just now.</h1>
<p>No claim waits for you at this moment. Reload this page later, or ask the person who runs the study.</p></article>"""
    claims = "The claim is" if total == 1 else f"All {total} claims are"
    return f"""<article class="rc-page rc-done">{_picture("done.svg", "")}<h1>Thank you.</h1>
<p>{claims} done, and every rating is saved. You may close this page, or look at your ratings again and correct
them.</p></article>"""


def declined() -> str:
    """Return the page of somebody who does not take part."""
    return """<article class="rc-page rc-done"><h1>You do not take part.</h1>
<p>That is fine, and nothing is stored but this answer. You may close this page. If you change your mind, you can read
the page once more and agree.</p></article>"""


def panel_return(code: str, url: str) -> str:
    """Return the code that somebody from a panel is given, and the way back there."""
    shown = f'<p>Your completion code: <b class="rc-code">{escape(code)}</b></p>' if code else ""
    link = f'<p><a class="rc-return" href="{escape(url)}" target="_self">Go back to the panel</a></p>' if url else ""
    told = "" if code or url else "<p>You may close this page.</p>"
    return f'<article class="rc-page rc-panel">{shown}{link}{told}</article>'


def simulated() -> str:
    """Return the sentence that a study with made-up ratings carries wherever ratings are counted."""
    return (
        '<p class="rc-simulated">This is a demonstration study: the ratings that came with it are simulated, made by a '
        "program and not by people. Yours are kept apart under your own name.</p>"
    )


def _scale(scale: Scale, keys: Mapping[str, str]) -> str:
    levels = "".join(
        f'<li dir="auto">{_kbd(_level_key(level, keys))}<span>{escape(text)}</span></li>'
        for level, text in enumerate(scale.levels)
    )
    return (
        f'<section dir="auto"><h2>{escape(scale.title)}</h2><p><b>{escape(scale.question)}</b> {escape(scale.help)}</p>'
        f"<ol>{levels}</ol></section>"
    )


def _level_keys(rubric: Rubric, keys: Mapping[str, str]) -> str:
    top = max(scale.top for scale in rubric.scales)
    digits = f"{_kbd('0')} – {_kbd(str(min(top, 9)))}"
    return digits if top < 10 else f"{digits} {_kbd(_level_key(10, keys))}"


def _level_key(level: int, keys: Mapping[str, str]) -> str:
    return str(level) if level < 10 else _key_label(keys["level_10"])


def _key_label(key: str) -> str:
    return key.upper() if len(key) == 1 else key


def _kbd(label: str) -> str:
    return f"<kbd>{escape(label)}</kbd>"


def _picture(name: str, words: str) -> str:
    # as an image: Streamlit takes drawings out of the HTML it is given
    data = b64encode(text(name).encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(words)}">'
