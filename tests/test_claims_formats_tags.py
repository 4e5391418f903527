"""Boxes between tags and special tokens: whose they are, when they stand, and in which unit."""

import pytest
from helpers_replies import claims, read, reasons, remarks

A, B = "<box>[100, 200, 300, 400]</box>", "<box>[500, 200, 700, 400]</box>"
ATA = (0.1, 0.2, 0.3, 0.4)  # shares of a 0-1000 grid
ATB = (0.5, 0.2, 0.7, 0.4)


def at(time, *corners):
    return [(time, *one) for one in corners]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # a track: boxes with times of their own behind one name
        (f"<obj>ball</obj>{A}at<t>1</t>s{B}at<t>2</t>s", [("ball", [*at(1, ATA), *at(2, ATB)], None)]),
        (f"<obj>ball</obj>{A}at<t>1</t>s, then {B}at<t>2</t>s.", [("ball", [*at(1, ATA), *at(2, ATB)], None)]),
        (
            f"<obj>ball</obj>{A}at<t>1</t>s;{B}at<t>2</t>s; <obj>cat</obj>{A}at<t>3</t>s",
            [("ball", [*at(1, ATA), *at(2, ATB)], None), ("cat", at(3, ATA), None)],
        ),
        # boxes before names
        (
            f"{A}<obj>ball</obj>at<t>1</t>s and {B}<obj>cat</obj>at<t>2</t>s",
            [("ball", at(1, ATA), None), ("cat", at(2, ATB), None)],
        ),
        (
            f"In {A} the <obj>ball</obj> at <t>1</t>s. The <obj>cat</obj>{B} at <t>2</t>s.",
            [("ball", at(1, ATA), None), ("cat", at(2, ATB), None)],
        ),
        # times: ranges, clocks, commas
        (f"<obj>a</obj>{A}at<t>from 2 to 3</t>s", [("a", at(2, ATA), (2.0, 3.0))]),
        (f"<obj>a</obj>{A}at<t>[2.0, 3.0]</t>s", [("a", at(2, ATA), (2.0, 3.0))]),
        (f"<obj>a</obj>{A}at<t>00:02–00:03</t>", [("a", at(2, ATA), (2.0, 3.0))]),
        (f"<obj>a</obj>{A} between <t>2</t> and <t>3</t>s", [("a", at(2, ATA), (2.0, 3.0))]),
        (f"<obj>a</obj>{A}at<t>9,2</t>s", [("a", at(9.2, ATA), None)]),
        (f"<obj>a</obj>{A}at<t>2</t>s (frame 60 of 150)", [("a", at(2, ATA), None)]),
        (f"<obj>a</obj>{A}at<t>2</t>s (frame 2 of 16)", [("a", at(0.625, ATA), None)]),  # 2 / 16 of 5 s
        (f"<obj>a</obj>{A}at <time>3.0</time>s", [("a", at(3, ATA), None)]),
        # lists, other tags between, brackets without tags
        (
            f"1. <t>1</t>s: <obj>a</obj>{A}, <obj>b</obj>{B}\n2. <t>2</t>s: <obj>a</obj>{B}",
            [("a", at(1, ATA), None), ("b", at(1, ATB), None), ("a", at(2, ATB), None)],
        ),
        (f"<obj>a</obj>{A}<motion obj='a' speed='0.5'/>at<t>1.6</t>s", [("a", at(1.6, ATA), None)]),
        ("<obj>a</obj>[100, 200, 300, 400] at <t>3</t>s", [("a", at(3, ATA), None)]),
        ("<obj>a</obj><box>x1=100, y1=200, x2=300, y2=400</box>at<t>1</t>s", [("a", at(1, ATA), None)]),
        # escaped or full-width
        (
            "&lt;obj&gt;Tom &amp; Jerry&lt;/obj&gt;&lt;box&gt;[100,200,300,400]&lt;/box&gt;at&lt;t&gt;1&lt;/t&gt;s",
            [("Tom &amp; Jerry", at(1, ATA), None)],
        ),
        (
            f"<obj>a</obj>{A}at<t>1</t>s".replace("<", r"\u003c").replace(">", r"\u003e"),
            [("a", at(1, ATA), None)],
        ),
        (
            "＜obj＞球＜/obj＞＜box＞【１００，200，300，400】＜/box＞在＜t＞２．２＜/t＞秒",
            [("球", at(2.2, ATA), None)],
        ),
    ],
)
def test_open_o3_tags(text, expected):
    assert claims(text) == expected
    assert reasons(text) == []


@pytest.mark.parametrize(
    ("text", "expected", "failed"),
    [
        # a box of something without a name is not the ball's
        (f"<obj>ball</obj>{A}at<t>1</t>s, a person {B}at<t>2</t>s", [("ball", at(1, ATA), None)], "box_without_object"),
        (f"<obj>ball</obj>{A}at<t>1</t>s. {B}at<t>2</t>s", [("ball", at(1, ATA), None)], "box_without_object"),
        (f"<obj>dog</obj> chases <obj>cat</obj>{A}at<t>1</t>s", [("cat", at(1, ATA), None)], "object_without_box"),
        (f"<obj> </obj>{A}at<t>1</t>s", [], "object_without_name"),
        (f"<obj>a</obj>{A}", [], "box_without_time"),
        (f"A box {A}at<t>1</t>s", [], "box_without_object"),
        (
            f"Say <obj>object_name</obj><box>bounding_box</box>at<t>time</t>s. <obj>a</obj>{A}at<t>1</t>s",
            [("a", at(1, ATA), None)],
            "time_unreadable",
        ),
        # four pairs with commas may be decimals or two boxes
        ("<obj>a</obj><box>[71,123, 116,165, 91,123, 136,165]</box>at<t>1</t>s", [], "box_unreadable"),
    ],
)
def test_open_o3_tags_that_cannot_be_read(text, expected, failed):
    assert claims(text) == expected
    assert failed in reasons(text)
    assert {one.rollout for one in read(text).failures} == {"r1"}


@pytest.mark.parametrize("box", ["[0,46; 0,43; 0,77; 0,94]", "[0,46, 0,43, 0,77, 0,94]", "[0.46，0.43，0.77，0.94]"])
def test_decimal_and_full_width_commas(box):
    text = f"<obj>man</obj><box>{box}</box>at<t>2,5</t>s"
    assert claims(text, unit="0-1") == [("man", [(2.5, 0.46, 0.43, 0.77, 0.94)], None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"<ref>ball</ref>{A} and <ref>cat</ref>{B}", [("ball", at(0, ATA), None), ("cat", at(0, ATB), None)]),
        ("<ref>balls</ref><box>[[100,200,300,400], [500,200,700,400]]</box>", [("balls", at(0, ATA, ATB), None)]),
        ("<ref>ball</ref><box>(100,200),(300,400)</box>", [("ball", at(0, ATA), None)]),
        (f"{A}<think>crop</think>", [("", at(0, ATA), None)]),
        ("<caption>x</caption><bbox>[[100,200,300,400]]</bbox><answer>r</answer>", [("", at(0, ATA), None)]),
        (
            "<|object_ref_start|>ball<|object_ref_end|><|box_start|>(100,200),(300,400)<|box_end|>"
            "<|box_start|>(500,200),(700,400)<|box_end|>",
            [("ball", at(0, ATA, ATB), None)],
        ),
        (
            "the red ball(100,200),(300,400) and a dog (500,200),(700,400)",
            [("the red ball", at(0, ATA), None), ("a dog", at(0, ATB), None)],
        ),
        ("<|box_start|>(100,200),(300,400)<|box_end|>", [("", at(0, ATA), None)]),
        ("<|ref|>ball<|/ref|><|det|>[[100, 200, 300, 400]]<|/det|>", [("ball", at(0, ATA), None)]),
        ("The red ball[100, 200, 300, 400] rolls.", [("The red ball", at(0, ATA), None)]),
        ("a cat[[100,200,300,400]]", [("a cat", at(0, ATA), None)]),
        (
            "The ball[0.1,0.2,0.3,0.4] hits two pins[0.5,0.2,0.7,0.4;0.1,0.2,0.3,0.4].",
            [("The ball", at(0, ATA), None), ("two pins", at(0, ATB, ATA), None)],
        ),
    ],
)
def test_notations_that_know_no_times_stand_at_the_start_and_say_so(text, expected):
    assert claims(text) == expected
    assert "box_untimed" in remarks(text)
    assert "box_untimed" not in remarks(text, video="scene.png")
    assert claims(text, untimed="refuse") == []
    assert set(reasons(text, untimed="refuse")) <= {"box_without_time", "box_without_object"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<ref>ball</ref> rolls", "object_without_box"),
        ("<|object_ref_start|>ball<|object_ref_end|><|box_start|>(100,200),(300,40", "unclosed_tag"),
        ("<|ref|><|/ref|><|det|>[[1,2,3,4]]<|/det|>", "object_without_name"),
        ("<|det|>[[1,2,3]]<|/det|>", "box_unreadable"),
        ("<phrase>x</phrase><object><patch_index_0044><patch_index_2863></object>", "box_unreadable"),
        ("<phrase>x</phrase><object><patch_index_0044></object>", "box_unreadable"),
        ('<point x="61.5" y="40.4" alt="ball">ball</point>', "point_without_box"),
        ('<points x1="1" y1="2" x2="3" y2="4" alt="b">b</points>', "point_without_box"),
        ("The ball[0.1,0.2,0.3", "no_evidence"),
        ("the ball (100,200),(300,40", "no_evidence"),
    ],
)
def test_tokens_that_cannot_be_read(text, reason):
    assert claims(text) == []
    assert reason in reasons(text)


def test_kosmos_patches_are_a_grid_of_32():
    # 44 = 1 · 32 + 12 and 863 = 26 · 32 + 31; corners in the middle of their patch:
    # 12.5 / 32 = 0.3906, 1.5 / 32 = 0.0469, 31.5 / 32 = 0.9844, 26.5 / 32 = 0.8281
    text = "<phrase>a snowman</phrase><object><patch_index_0044><patch_index_0863></object> by a fire"
    assert claims(text, unit="pixels:336x196") == [("a snowman", [(0.0, 0.3906, 0.0469, 0.9844, 0.8281)], None)]
    row = "<phrase>x</phrase><object><patch_index_0032><patch_index_0035></object>"  # within row 1: columns 0 to 3
    assert claims(row) == [("x", [(0.0, 0.0, 0.0312, 0.125, 0.0625)], None)]


@pytest.mark.parametrize(
    "text",
    [
        "<|ref|>ball<|/ref|><|det|>[[99.9, 199.8, 299.7, 399.6]]<|/det|>",  # tenths of 999
        "The ball[0.1,0.2,0.3,0.4] rolls.",
        '[{"box_2d": [200, 100, 400, 300], "label": "The ball"}]',
    ],
)
def test_a_notation_that_fixes_its_unit_is_read_in_it_whatever_was_stated(text):
    ((_, boxes, _),) = claims(text, unit="pixels:336x196")
    assert boxes == at(0, ATA)
    assert "unit_of_format" in remarks(text, unit="pixels:336x196")


def test_boxes_in_other_orders():
    text = "<obj>a</obj><box>[{}]</box>at<t>1</t>s"
    assert claims(text.format("200, 100, 400, 300"), order="yxyx") == [("a", at(1, ATA), None)]
    assert claims(text.format("100, 200, 200, 200"), order="xywh") == [("a", at(1, ATA), None)]


@pytest.mark.parametrize("unit", ["milliseconds", "frames:25", "samples:10", "percent", "shares"])
def test_times_in_other_units(unit):
    said = {"milliseconds": "2000", "frames:25": "50", "samples:10": "4", "percent": "40", "shares": "0.4"}[unit]
    text = f"<obj>a</obj>{A}at<t>{said}</t>"
    assert claims(text, time_unit=unit) == [("a", at(2, ATA), None)]  # all of them 2 of 5 s
    assert remarks(text, time_unit=unit) == ["time_converted"]
    if unit in ("samples:10", "percent", "shares"):
        assert "length_unknown" in reasons(text, time_unit=unit, duration=None)
    clock = f"<obj>a</obj>{A}at<t>0:02</t>"
    assert claims(clock, time_unit=unit) == [("a", at(2, ATA), None)]
