"""A rating page in a real browser, for its tests: studies with settings of their own, keys of other keyboards, axe."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
from helpers_app import claims_of, true_box, without_haste_checks, write_clip

from referee_calib.records import Claim
from referee_calib.study import Study

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUBRIC = """
version = "1"
language = "ar"

[relevance]
title = "صلة"
question = "هل يفيد الدليل؟"
help = "انظر إلى الإطار."
levels = [{eleven}]

[localization]
title = "Localization"
question = "How well does the box hold it?"
help = "Look at the whole frame."
levels = ["not at all", "half", "well"]

[timing]
title = "Timing"
question = "How well does the span hold it?"
help = "Watch around it."
levels = ["no", "yes"]
""".format(eleven=", ".join(f'"المستوى {number}"' for number in range(11)))


def make_page_study(folder, raters, settings="", rubric="", claims=()):
    """Make a study of the claims of helpers_app and more, with lines of [rating_page]; return it and the codes."""
    folder.mkdir()
    if rubric:
        (folder / "rubric.toml").write_text(rubric, encoding="utf-8")
    study = Study.create(folder, name="Rolling balls", rubric="rubric.toml" if rubric else "")
    without_haste_checks(study)
    write_clip(study.media / "ball.mp4")
    study.add_claims([*claims_of(), *claims])
    codes = {name: study.add_rater(name) for name in raters}
    with (folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[rating_page]\n{settings}\n")
    return study, codes


def many_claims(count):
    """Return claims with a box and no span: two dimensions each."""
    shared = {"video": "ball.mp4", "question": "Where is the ball?", "object": "red ball", "rollout": "many"}
    return [Claim(boxes=(true_box(1.0 + 0.04 * number),), index=number, **shared) for number in range(count)]


def tiny_claim():
    """Return a claim whose box is one pixel of the clip."""
    corners = (200 / 448, 100 / 252, 201 / 448, 101 / 252)
    return Claim(video="ball.mp4", question="Where?", object="dot", boxes=((1.0, *corners),), rollout="tiny")


def backward_claim():
    """Return a claim whose words would show as others if nobody looked."""
    words = {"question": "What is it?\u200b", "answer": "A ball\U000e0041.", "object": "\u202ellab der"}
    return Claim(video="ball.mp4", boxes=(true_box(1.0),), rollout="backward", **words)


def open_claim(page, server, code, claim=""):
    """Sign in by personal link and open the next claim, or a given one."""
    page.request.get(f"{server.url}/i/{code}")
    page.goto(f"{server.url}/?view=rate&claim={claim}")
    page.locator(f'.rate[data-claim="{claim}"]' if claim else ".rate[data-claim]").wait_for()


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def type_key(page, key, code, shift=False):
    """Press a key as the operating system reports it: the character that it types, and its place on the keyboard."""
    session = page.context.new_cdp_session(page)
    event = {"key": key, "code": code, "modifiers": 8 if shift else 0}
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": key if len(key) == 1 else "", **event})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
    session.detach()


def claim_on(page):
    return page.locator(".rate").get_attribute("data-claim")


def wait_for_claim(page, claim):
    page.locator(f'.rate:not(.busy)[data-claim="{claim}"]').wait_for()


def next_claim(page, before):
    """Wait for another claim than this one, or the end; return which, "" at the end."""
    shown = page.locator(f'.rate[data-claim]:not(.busy):not([data-claim="{before}"]), .rc-done').first
    shown.wait_for()
    return shown.get_attribute("data-claim") or ""  # the end names no claim; a page that turns now is waited for


def chosen(page):
    """Return the levels that are chosen, from the top of the page, None where none is."""
    levels = []
    for scale in page.locator(".scales .scale").all():
        on = scale.locator('.level[aria-checked="true"]')
        levels.append(int(on.get_attribute("aria-label").split(":")[0]) if on.count() else None)
    return levels


def picture_point(page, x, y):
    """Return where a point of the picture, in shares of it, lies in the window; the stage has the picture's shape."""
    box = page.locator(".stage").bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def drag(page, start, end):
    page.mouse.move(*picture_point(page, *start))
    page.mouse.down()
    page.mouse.move(*picture_point(page, *((a + b) / 2 for a, b in zip(start, end, strict=True))))
    page.mouse.move(*picture_point(page, *end))
    page.mouse.up()


def axe_findings(page):
    """Return what axe finds wrong with the page as it is now, one line each."""
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")["violations"]
    return [f"{one['id']}: {one['help']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
