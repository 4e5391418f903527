"""The still pages as HTML. Every word that comes from a file is escaped here."""

from __future__ import annotations

from base64 import b64encode
from html import escape

from annotate_app.components import text
from referee_calib.rubric import Rubric, Scale

_CLAIM_WORDS = (
    "A video frame with a yellow box around a ball; below it a time bar on which a yellow band marks a span and a "
    "lozenge the moment of the box"
)
_KEYS = (
    ("0 – 4", "give a level; the next dimension follows"),
    ("↑ ↓", "another level"),
    ("← →", "another dimension"),
    ("Enter", "save, and on to the next claim"),
    ("J", "stand still on the box"),
    ("Space", "play or pause"),
    ("R", "replay the claim"),
    (", .", "one frame back or on"),
    ("N", "write a note"),
    ("S", "skip, with a reason"),
    ("U", "back to the claim before"),
)


def task(total: int) -> str:
    """Return what a rater is asked to do."""
    claims = "There is one claim" if total == 1 else f"There are {total} claims"
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


def words(rubric: Rubric) -> str:
    """Return the scales in the rubric's words, and the keys."""
    scales = "".join(_scale(scale) for scale in rubric.scales)
    keys = "".join(f"<div><dt><kbd>{escape(key)}</kbd></dt><dd>{escape(what)}</dd></div>" for key, what in _KEYS)
    return f"""<article class="rc-page"><section class="rc-scales" aria-label="The scales">{scales}</section>
<section class="rc-keys" aria-label="Keys"><h2>Keys</h2><dl>{keys}</dl></section></article>"""


def done(total: int) -> str:
    """Return the last page."""
    claims = "The claim is" if total == 1 else f"All {total} claims are"
    return f"""<article class="rc-page rc-done">{_picture("done.svg", "")}<h1>Thank you.</h1>
<p>{claims} done, and every rating is saved. You may close this page, or look at your ratings again and correct
them.</p></article>"""


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


def _scale(scale: Scale) -> str:
    levels = "".join(
        f"<li><kbd>{level}</kbd><span>{escape(text)}</span></li>" for level, text in enumerate(scale.levels)
    )
    return (
        f"<section><h2>{escape(scale.title)}</h2><p><b>{escape(scale.question)}</b> {escape(scale.help)}</p>"
        f"<ol>{levels}</ol></section>"
    )


def _picture(name: str, words: str) -> str:
    # as an image: Streamlit takes drawings out of the HTML it is given
    data = b64encode(text(name).encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(words)}">'
