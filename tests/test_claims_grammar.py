"""What the parser reads from model text, and that nothing a model writes makes it fail."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referee_calib.claims import EXPLANATIONS, REASONS, BoxUnit, Pixels, ReadingOptions, parse_rollout
from referee_calib.errors import ClaimError

UNIT = Pixels(400, 200)  # unequal sides: 40 px is a tenth of the width and a fifth of the height
BOX = "<box>[40, 40, 200, 100]</box>"
SHARES = (0.1, 0.2, 0.5, 0.5)


def parse(text, video="clip.mp4", unit=UNIT, **more):
    return parse_rollout(text, video=video, question="What is red?", unit=unit, rollout="r1", **more)


def told(parsed):
    """Object, time and number of boxes of every claim with boxes."""
    return [(claim.object, claim.boxes[0][0], len(claim.boxes)) for claim in parsed.claims if claim.boxes]


def reasons(parsed):
    return [unused.reason for unused in parsed.failures]


def test_the_reference_form_is_read_and_converted_to_shares():
    parsed = parse(f"<think>I see <obj>red ball</obj>{BOX}at<t>4.2</t>s.</think><answer>a ball</answer>", step=7)
    (claim,) = parsed.claims
    assert (claim.object, claim.boxes, claim.span) == ("red ball", ((4.2, *SHARES),), None)
    assert (claim.answer, claim.rollout, claim.index, claim.step) == ("a ball", "r1", 0, 7)
    assert claim.text == f"<obj>red ball</obj>{BOX}at<t>4.2</t>"
    assert parsed.failures == ()


@pytest.mark.parametrize(
    "text",
    [
        f"<obj> red ball </obj> {BOX} at <t> 4.2 </t> s",
        f"< obj >red ball</ obj >\n{BOX}\tat<T>4.2</T>s",
        f"around <t>4.2</t>s, the <obj> red ball </obj>{BOX}",
        f"<obj>red ball</obj> at <t>4.2s</t> {BOX}",
        f"<obj>red\n ball</obj> in {BOX} is seen when it is <t>4.2</t>s",
        "<obj>red ball</obj><box>40, 40, 200, 100</box>at<t>4.2</t>s",
        "<obj>red ball</obj><box>[[40, 40, 200, 100]]</box>at<t>4.2 seconds</t>",
        "<obj>red ball</obj><box>(40,40),(200,100)</box>at<t>0:04.2</t>s",
        "<obj>red ball</obj><box>[[40,40],[200,100]]</box>at<t>0:00:04.2</t>s",
    ],
)
def test_forms_that_the_reference_grammar_loses_are_recovered(text):
    parsed = parse(text)
    assert [(c.object, c.boxes) for c in parsed.claims] == [("red ball", ((4.2, *SHARES),))]
    assert parsed.failures == ()


@pytest.mark.parametrize(("said", "seconds"), [("0:09", 9.0), ("1:02:03", 3723.0), ("12:00.5", 720.5), ("1e1", 10.0)])
def test_clock_times_are_seconds(said, seconds):  # 1 h 2 min 3 s = 3600 + 120 + 3
    assert told(parse(f"<obj>a</obj>{BOX}at<t>{said}</t>")) == [("a", seconds, 1)]


@pytest.mark.parametrize("said", ["soon", "", "-1", "nan", "inf", "0:75", "1:2:3:4", "4.2 minutes", "9" * 50])
def test_a_time_that_is_no_time_loses_the_claim_by_name(said):
    parsed = parse(f"<obj>a</obj>{BOX}at<t>{said}</t>s")
    assert parsed.claims == ()
    assert reasons(parsed) == ["box_without_time", "time_unreadable"]


def test_several_boxes_of_one_object_are_one_claim():
    two = "<box>[40, 40, 200, 100]</box><box>[0, 0, 400, 200]</box>"
    nested = "<box>[[40, 40, 200, 100], [0, 0, 400, 200]]</box>"
    listed = "<box>[40, 40, 200, 100],[0, 0, 400, 200]</box>"
    for boxes in (two, nested, listed):
        (claim,) = parse(f"<obj>a</obj>{boxes}at<t>3</t>s").claims
        assert claim.boxes == ((3.0, *SHARES), (3.0, 0.0, 0.0, 1.0, 1.0))


def test_an_object_without_a_box_swallows_nothing():
    parsed = parse(f"The <obj>dog</obj> runs. Then <obj>cat</obj>{BOX}at<t>3</t>s")
    assert told(parsed) == [("cat", 3.0, 1)]
    assert [(u.reason, u.text, u.where) for u in parsed.failures] == [("object_without_box", "<obj>dog</obj>", 4)]


def test_a_tag_that_is_not_closed_swallows_nothing():
    parsed = parse(f"<obj>dog</box> <obj>dog <obj>cat</obj>{BOX}at<t>3</t>s <t>4")
    assert told(parsed) == [("cat", 3.0, 1)]
    assert reasons(parsed) == ["unclosed_tag", "stray_tag", "unclosed_tag", "unclosed_tag"]


def test_each_object_finds_its_own_time():
    a, b = f"<obj>a</obj>{BOX}", f"<obj>b</obj>{BOX}"
    behind = f"{a}at<t>1</t>s, {b}at<t>2</t>s"
    bare_behind = f"{a}<t>1</t>s {b}<t>2</t>s"
    before = f"at <t>1</t>s, {a}, at <t>2</t>s, {b}"
    sentences = f"At <t>1</t>s there is {a}. At <t>2</t>s there is {b}."
    for text in (behind, bare_behind, before, sentences):
        assert told(parse(text)) == [("a", 1.0, 1), ("b", 2.0, 1)], text


def test_objects_of_one_sentence_share_its_time_and_the_next_sentence_does_not():
    a, b = f"<obj>a</obj>{BOX}", f"<obj>b</obj>{BOX}"
    assert told(parse(f"at <t>1</t>s {a} and {b}")) == [("a", 1.0, 1), ("b", 1.0, 1)]
    assert told(parse(f"{a} and {b} at <t>1</t>s")) == [("a", 1.0, 1), ("b", 1.0, 1)]
    for text in (f"at <t>1</t>s {a}. There is {b}", f"{a}at<t>1</t>s, {b}", f"at <t>1</t>s {a}\n{b}"):
        parsed = parse(text)
        assert told(parsed) == [("a", 1.0, 1)], text
        assert reasons(parsed) == ["box_without_time"]


def test_the_answer_span_is_a_claim_of_its_own():
    parsed = parse("<think>…</think><answer>From <t>3.5</t>s to <t>7</t>s.\nCorrect Option: B</answer>")
    assert [(c.object, c.boxes, c.span) for c in parsed.claims] == [("", (), (3.5, 7.0))]
    assert parsed.answer == "From 3.5s to 7s.\nCorrect Option: B"


@pytest.mark.parametrize(
    "text",
    [
        "<think>hm</think><answer>3.5 to 7</answer>",
        "<answer> From 3.5 s to 0:07. </answer>",
        "<answer>3.5s - 7s</answer>",
        "<think>hm</think>3.5 to 7.0",
        "<answer>later</answer><glue>[(3.5, 7.0)]</glue>",
        "<think>hm</think><time>[3.5, 7]</time>",
        "<answer>1 to 2</answer><answer>3.5 to 7</answer>",
    ],
)
def test_spans_in_the_forms_of_other_systems(text):
    assert [c.span for c in parse(text).claims] == [(3.5, 7.0)]


@pytest.mark.parametrize("answer", ["2-3", "3:5 or so", "from 3 to", "5"])
def test_an_answer_that_may_be_a_score_is_no_span(answer):
    parsed = parse(f"<answer>{answer}</answer>")
    assert parsed.claims == ()
    assert reasons(parsed) == ["no_evidence"]


def test_spans_that_run_backwards_or_stand_outside_the_answer_are_reported():
    parsed = parse("<think>from <t>1</t>s to <t>2</t>s</think><answer><t>9</t>s to <t>4</t>s</answer>")
    assert parsed.claims == ()
    assert reasons(parsed) == ["span_outside_answer", "span_reversed"]
    assert reasons(parse("<glue>[(5, 5)]</glue><time>3</time><glue>[(-1, 2)]</glue>")) == [
        "span_reversed",
        "span_unreadable",
        "span_unreadable",
    ]


def test_a_box_with_a_span_stands_at_its_start():
    (claim,) = parse(f"<obj>a</obj>{BOX}at<t>3</t>s to <t>5</t>s").claims
    assert (claim.boxes[0][0], claim.span) == (3.0, (3.0, 5.0))


def test_image_questions_need_no_time_and_videos_do():
    text = "<think>…</think><answer><obj>bag</obj><box>[40, 40, 200, 100]</box></answer>"
    assert told(parse(text, video="scene.JPG")) == [("bag", 0.0, 1)]
    assert told(parse(text, still=True)) == [("bag", 0.0, 1)]
    assert told(parse("<answer><box>[40, 40, 200, 100]</box></answer>", video="scene.png")) == [("", 0.0, 1)]
    assert reasons(parse(text)) == ["box_without_time"]


def test_duplicates_are_kept_under_their_own_index():
    once = f"<obj>a</obj>{BOX}at<t>3</t>s "
    claims = parse(once * 3).claims
    assert [claim.index for claim in claims] == [0, 1, 2]
    assert len({claim.id for claim in claims}) == 3
    assert len({claim.boxes for claim in claims}) == 1


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ("[200, 40, 40, 100]", "box_reversed"),
        ("[40, 100, 200, 40]", "box_reversed"),
        ("[40, 40, 40, 100]", "box_no_area"),
        ("[400, 40, 400.4, 100]", "box_no_area"),
        ("[-9, 40, 200, 100]", "box_outside"),  # 2 % of 400 are 8
        ("[40, 40, 408.6, 100]", "box_outside"),
        ("[40, 40, 200, 250]", "box_outside"),
        ("[0.1, 0.2, 0.5, 0.9]", "box_as_shares"),
        ("[0, 0, 1, 1]", "box_as_shares"),
        ("[40, 40, NaN, 100]", "box_not_finite"),
        ("[40, 40, 1e999, 100]", "box_not_finite"),
        ("[40, 40, 200]", "box_unreadable"),
        ("[4_0, 40, 200, 100]", "box_unreadable"),  # Python's own way to group digits is nobody's 40
        ("[40, 40, 200, 100, 5]", "box_unreadable"),
        ("[40, 40, 200, 100] or so", "box_unreadable"),
        ("", "box_unreadable"),
        ("[]", "box_unreadable"),
        ("left half", "box_unreadable"),
    ],
)
def test_boxes_that_mean_nothing_are_reported(numbers, reason):
    parsed = parse(f"<obj>a</obj><box>{numbers}</box>at<t>3</t>s")
    assert parsed.claims == ()  # below, 12 = len("<obj>a</obj>"), where the box begins
    assert [(u.reason, u.why, u.where) for u in parsed.failures] == [(reason, EXPLANATIONS[reason], 12)]


@pytest.mark.parametrize(
    ("numbers", "shares"),
    [
        ("[-8, 40, 200, 100]", (0.0, 0.2, 0.5, 0.5)),
        ("[40, 40, 408, 204]", (0.1, 0.2, 1.0, 1.0)),
        ("[40, -4, 200, 100]", (0.1, 0.0, 0.5, 0.5)),
    ],
)
def test_a_corner_beyond_the_frame_by_up_to_a_fiftieth_is_put_on_the_border_and_counted(numbers, shares):
    text = f"<obj>a</obj><box>{numbers}</box>at<t>3</t>s"
    parsed = parse(text)
    assert [claim.boxes for claim in parsed.claims] == [((3.0, *shares),)]
    assert [(remark.reason, remark.rollout) for remark in parsed.remarks] == [("box_clipped", "r1")]
    assert reasons(parse(text, options=ReadingOptions(clip=0.0))) == ["box_outside"]


def test_a_good_box_survives_a_bad_neighbour():
    parsed = parse(f"<obj>a</obj><box>[9, 9, 1, 1]</box>{BOX}at<t>3</t>s")
    assert told(parsed) == [("a", 3.0, 1)]
    assert reasons(parsed) == ["box_reversed"]


def test_half_a_pixel_beyond_the_far_border_is_rounding():
    (claim,) = parse("<obj>a</obj><box>[0, 0, 400.5, 200.5]</box>at<t>3</t>s").claims
    assert claim.boxes == ((3.0, 0.0, 0.0, 1.0, 1.0),)


@pytest.mark.parametrize(
    ("unit", "numbers"),
    [("0-1", "[.1,.2,.5,.5]"), ("0-1000", "[100,200,500,500]"), ("pixels:400x200", "[40,40,200,100]")],
)
def test_every_unit_gives_the_same_shares(unit, numbers):
    (claim,) = parse(f"<obj>a</obj><box>{numbers}</box>at<t>3</t>s", unit=unit).claims
    assert claim.boxes == ((3.0, *SHARES),)
    assert str(BoxUnit.parse(unit)) == unit


@pytest.mark.parametrize("unit", ["", "px", "pixels", "pixels:0x20", "pixels:-4x3", "0-99", None])
def test_an_unknown_unit_is_refused_at_the_door(unit):
    with pytest.raises(ClaimError):
        parse("<obj>a</obj>", unit=unit)


def test_a_reply_without_evidence_says_so():
    assert reasons(parse("I do not know.")) == ["no_evidence"]
    assert reasons(parse("")) == ["no_evidence"]
    assert set(EXPLANATIONS) == set(REASONS)


def test_lone_surrogates_do_not_reach_the_records():
    parsed = parse(f"<obj>a\ud800b</obj>{BOX}at<t>3</t>s <obj>\udfff</obj>")
    assert parsed.claims[0].object == "a\N{REPLACEMENT CHARACTER}b"
    assert json.dumps(parsed.claims[0].to_json(), ensure_ascii=False).encode()


# A mutated reply: pieces of the grammar, numbers and noise in any order.
TAGS = [f"<{close}{tag}>" for tag in ("think", "answer", "obj", "box", "t", "glue", "time") for close in ("", "/")]
NUMBERS = ["[1, 2, 30, 40]", "[[1,2,3,4],[5,6,7,8]]", "3.5", "0:09", "-1", "NaN", "1e999", "９", "½", "٣"]
NOISE = ["[", "]", "(", ",", "at", "s", " to ", "From ", "red ball", "\n", ". ", "<", ">", "</", "\x00", "\ud800", "é"]
PIECES = st.sampled_from([*TAGS, *NUMBERS, *NOISE, "a" * 50])


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(st.one_of(PIECES, st.text(max_size=5)), max_size=60).map("".join)))
def test_no_text_makes_the_parser_fail(text):
    for unit in ("pixels:448x252", "0-1", "0-1000"):
        parsed = parse(text, unit=unit)
        assert [claim.index for claim in parsed.claims] == list(range(len(parsed.claims)))
        assert parsed.claims or parsed.failures
        for unused in parsed.failures:
            assert unused.reason in REASONS
            assert text.replace("\ud800", "\ufffd")[unused.where :].startswith(unused.text.replace("\ud800", "\ufffd"))


REFERENCE_CLAIM = re.compile(r"<obj>(.*?)</obj>((?:<box>\[.*?\]</box>)+)at<t>(.*?)</t>s", re.DOTALL)
WORDS = st.sampled_from(["I see ", "then", ". ", "\n", ", ", " and ", ""])
ENTRY = st.tuples(
    st.sampled_from(["woman", " dog ", "a man in a hat"]),
    st.lists(st.tuples(st.integers(0, 199), st.integers(0, 99)), min_size=1, max_size=3),
    st.integers(0, 600),
    WORDS,
)


@settings(deadline=None)
@given(st.lists(ENTRY, max_size=6))
def test_everything_the_reference_grammar_reads_is_read(entries):
    text = "".join(
        f"{words}<obj>{name}</obj>"
        + "".join(f"<box>[{x}, {y}, {x + 9}, {y + 7}]</box>" for x, y in corners)
        + f"at<t>{tenths / 10}</t>s"
        for name, corners, tenths, words in entries
    )
    expected = [(m[1].strip(), float(m[3]), m[2].count("<box>")) for m in REFERENCE_CLAIM.finditer(text)]
    assert len(expected) == len(entries)
    assert told(parse(text)) == expected


def test_one_long_answer_is_not_copied_whole_into_each_of_its_thousand_claims():
    pairs = "(1, 2), " * 1000
    claims = parse(f"<answer>{'so ' * 2000}<glue>[{pairs}]</glue></answer>").claims
    assert len(claims) == 1000
    assert max(len(claim.answer) for claim in claims) == 2000
    assert max(len(claim.text) for claim in claims) == 1000


def test_every_claim_that_the_reference_grammar_reads_from_recorded_replies_is_read():
    """Left out: boxes that mean nothing, and matches that swallow a second object, which is read on its own here."""
    path = Path(__file__).parent / "vectors" / "open_o3_rewards.json"
    compared = 0
    for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
        width, height = case["columns"]["image_size"]
        read = {
            (c.object, c.boxes[0][0]) for c in parse(case["completion"], unit=Pixels(width, height)).claims if c.boxes
        }
        for match in REFERENCE_CLAIM.finditer(case["completion"]):
            x1, y1, x2, y2 = json.loads(re.search(r"\[.*?\]", match[2])[0])
            if match[0].count("<obj>") == 1 and 0 <= x1 < x2 <= width and 0 <= y1 < y2 <= height:
                compared += 1
                assert (match[1].strip(), float(match[3])) in read
    assert compared > 250


HOSTILE = ["<obj>", "</t>", "<box>[", "<t>3</t>", "<obj>a</obj>", "<box>[1,2,3,4]</box>", "at <t>"]
HOSTILE += [f"<obj>a</obj>{BOX}", f"<obj>a</obj>{BOX} at <t>1</t>s to <t>2</t>s, "]


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_with_the_length_of_the_text_and_not_faster(piece, monkeypatch):
    """Counts the characters looked at between tags: ten times the text, ten times the work."""
    from referee_calib.claims.text import evidence_grouping

    work = 0

    def counted(original):
        def count(text, left, right):
            nonlocal work
            work += 1 + abs(right.start - left.end)
            return original(text, left, right)

        return count

    monkeypatch.setattr(evidence_grouping, "_one_statement", counted(evidence_grouping._one_statement))
    monkeypatch.setattr(evidence_grouping, "_link", counted(evidence_grouping._link))
    used = []
    for repeats in (100, 1000):
        work = 0
        parse(piece * repeats)
        used.append(work)
    assert used[1] <= 11 * used[0] + 1000


@pytest.mark.parametrize(
    "words", ["at<t>2</t> minutes", "at <t>500</t>ms", "at<t>1</t>m<t>20</t>s", "at frame <t>9</t>"]
)
def test_a_time_in_another_unit_is_not_read_as_seconds(words):
    parsed = parse(f"<obj>a</obj>{BOX}{words}")
    assert parsed.claims == ()
    assert "time_unreadable" in reasons(parsed)


@pytest.mark.parametrize(
    "words", ["at<t>9</t>s", "in the frame at <t>9</t>s", "at frame <t>9</t>s", "at <t>9</t> my dog"]
)
def test_words_that_only_look_like_another_unit_leave_seconds(words):
    assert told(parse(f"<obj>a</obj>{BOX}{words}")) == [("a", 9.0, 1)]
