"""Spans in words, brackets and tags: what is a span, what is a count, and in which unit."""

import pytest
from helpers_replies import claims, read, reasons

WHEN = "When is the ball hidden?"


def spans(answer, **stated):
    stated = {"question": WHEN, **stated}
    return [span for _, _, span in claims(f"<think>I see.</think><answer>{answer}</answer>", **stated)]


@pytest.mark.parametrize(
    "answer",
    [
        *(
            "2.90 to 3.50",
            "2.90 and 3.50",
            "between 2.90 and 3.50",
            "2.9–3.5",
            "2.9 s ~ 3.5 s",
            "[2.9, 3.5]",
            "(2.9, 3.5)",
        ),
        *("**2.90 to 3.50**", "<2.9> to <3.5>", "2.90 to 3.50 (seconds)", "From 2.9 seconds to 3.5 seconds"),
        *("00:02.90 to 00:03.50", "0:02.9–0:03.5", "00:02.9 - 00:03.5", "0:00:02.9 to 0:00:03.5"),
        *("从2.9秒到3.5秒", "2.9至3.5秒", "2,9 to 3,5 s", "00:02,90 - 00:03,50", "2.9 秒至 3.5 秒", "２．９ to ３．５"),
        *("start: 2.9, end: 3.5", "It starts at 2.9 s and ends at 3.5 s.", "Start time: 0:02.9, End time: 0:03.5"),
        *("The event happens from 2.90 to 3.50 seconds.", "The span [2.9, 3.5] fits.", "from second 2.9 to second 3.5"),
        *("It is not from 1.0 to 2.0, but from 2.90 to 3.50.", "From 2.9 to 3.5\nCorrect Option: B", "58% to 70%"),
    ],
)
def test_one_span_in_many_words(answer):
    assert spans(answer) == [(2.9, 3.5)]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("2 minutes 9 seconds to 2 minutes 15 seconds", [(129.0, 135.0)]),
        ("From 1 to 2 minutes", [(60.0, 120.0)]),
        ("1 hour 2 min to 1 hour 3 min", [(3720.0, 3780.0)]),
        ("1:02:03 to 1:02:05", [(3723.0, 3725.0)]),
        ("[[2.9, 3.5], [4.0, 4.5]]", [(2.9, 3.5), (4.0, 4.5)]),
        ("(2.9, 3.5), (4.0, 4.5)", [(2.9, 3.5), (4.0, 4.5)]),
        ("from 2.9s to 3.5s and again from 4.0s to 4.5s", [(2.9, 3.5), (4.0, 4.5)]),
    ],
)
def test_minutes_and_several_spans(answer, expected):
    assert spans(answer, duration=None) == expected


@pytest.mark.parametrize(
    "answer",
    [
        *("2-3", "3 to 4 people", "There are 3 to 4 balls.", "The score changed from 3 to 4.", "from left to right"),
        *(
            "1,200 to 1,300",
            "frames 10 to 20",
            "from 1.5 to 2.5 meters",
            "It happens 2 to 3 times",
            "I counted 3 and 4",
        ),
        *("B", "3", "3.5 to", "2.9 to 3.5 to 4.0", "1.2.3 to 4.5.6"),
    ],
)
def test_numbers_that_are_no_span(answer):
    assert spans(answer) == []


@pytest.mark.parametrize("question", ["How many balls are there?", "How long is it hidden?", "球有多少个?"])
@pytest.mark.parametrize("answer", ["3 to 4", "3 to 4 seconds", "[3, 4]", "3.0 and 4.0"])
def test_the_answer_to_a_question_for_a_number_is_no_span(question, answer):
    assert spans(answer, question=question) == []
    assert spans(answer, question="From when to when is it hidden?") == [(3.0, 4.0)]


def test_earlier_and_reversed_spans_are_counted():
    assert reasons("<answer>Not from 1.0 to 2.0, but from 2.9 to 3.5.</answer>") == ["earlier_span"]
    assert reasons("<answer>3.5 to 2.9</answer>") == ["span_reversed"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<answer>B</answer><glue>2.9 to 3.5</glue>", [("", [], (2.9, 3.5))]),
        ("<glue>[(2.9, 3.5), (4, 4.5)]</glue>", [("", [], (2.9, 3.5)), ("", [], (4.0, 4.5))]),
        ("<time>00:02.9 - 00:03.5</time>", [("", [], (2.9, 3.5))]),
        ("<time>[2.9s, 3.5s]</time>", [("", [], (2.9, 3.5))]),
        (
            "<answer>Target ID: 1, Time range: 2.90 to 3.50. Target ID: 2, Time range: 3 to 4</answer>",
            [("Target ID 1", [], (2.9, 3.5)), ("Target ID 2", [], (3.0, 4.0))],
        ),
        ("Target ID: 3\nTime range: 00:02 - 00:03", [("Target ID 3", [], (2.0, 3.0))]),
        (
            "0.0 - 2.5 seconds, a ball rolls.\n2.5 - 3.5 seconds, it is hidden.",
            [("a ball rolls.", [], (0.0, 2.5)), ("it is hidden.", [], (2.5, 3.5))],
        ),
        ("[2.9s - 3.5s] it is hidden.", [("it is hidden.", [], (2.9, 3.5))]),
        ("0:02 - 0:03: hidden", [("hidden", [], (2.0, 3.0))]),
        ("{0.58,0.70}", [("", [], (2.9, 3.5))]),
        ("<answer>{0.58, 0.70} and {0.8,0.9}</answer>", [("", [], (2.9, 3.5)), ("", [], (4.0, 4.5))]),
    ],
)
def test_spans_in_the_notations_of_other_systems(text, expected):
    assert claims(text, question=WHEN) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<glue>soon</glue>", "span_unreadable"),
        ("<time>[3.5, 2.9]</time>", "span_reversed"),
        ("<answer>Target ID: 1</answer>", "span_unreadable"),
        ("{0.2,1.7}", "no_evidence"),
    ],
)
def test_spans_of_other_systems_that_cannot_be_read(text, reason):
    assert claims(text) == []
    assert reasons(text) == [reason]


def test_hundredths_of_the_length_are_read_where_they_are_stated():
    text = "<answer>From 58 to 70</answer>"  # of 5 s
    assert claims(text, format="vtimellm") == [("", [], (2.9, 3.5))]
    assert claims(text, time_unit="percent") == [("", [], (2.9, 3.5))]
    assert reasons(text, format="vtimellm", duration=None) == ["length_unknown"]
    lines = "From 00 to 20, a man walks. From 20 to 99, he sits."
    assert claims(lines, format="vtimellm", duration=50.0) == [
        ("a man walks.", [], (0.0, 10.0)),
        ("he sits.", [], (10.0, 49.5)),
    ]


def test_the_length_is_only_asked_for_where_it_is_needed():
    asked = []

    def length():
        asked.append(1)
        return 5.0

    assert read("<answer>2.9 to 3.5</answer>", duration=length).claims
    assert asked == []
    assert read("{0.58,0.70} {0.6,0.8}", duration=length).claims
    assert asked == [1]


def test_frames_are_a_time_where_that_is_stated():
    assert spans("frames 10 to 20", time_unit="frames:10") == [(1.0, 2.0)]


def test_a_stated_format_reads_nothing_else():
    text = "<obj>a</obj><box>[100, 200, 300, 400]</box>at<t>1</t>s <answer>2.9 to 3.5</answer>"
    assert [one.span for one in read(text).claims] == [None, (2.9, 3.5)]
    assert [one.span for one in read(text, format="open-o3").claims] == [None]
    assert [one.span for one in read(text, format="time-r1").claims] == [(2.9, 3.5)]
    assert (read(text).formats, read(text, format="time-r1").formats) == (("open-o3", "time-r1"), ("time-r1",))
