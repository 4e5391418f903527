"""Voting over replies: by weight, by number, with ties, without weights, for answers that are only alike."""

import pytest

from referee_calib.claims import Rollout, claims_of
from referee_calib.errors import InputError
from referee_calib.voting import Ballot, hold_votes


def ballot(answer, weight, *, video="a.mp4", question="Which?", expected="", span=None, **more):
    rollout = Rollout(
        rollout="r", video=video, question=question, completion=f"<think>so</think><answer>{answer}</answer>",
        box_unit="0-1000", answer=expected, reference_span=span, **more,
    )  # fmt: skip
    return Ballot(rollout, claims_of(rollout), weight)


def one_vote(*ballots, **options):
    (vote,) = hold_votes(ballots, **options).votes
    return vote


def test_the_heaviest_answer_is_chosen_and_the_most_frequent_stands_beside():
    # A: 0.1 + 0.2 + 0.1 = 0.4 by three; B: 0.9 by one
    given = [("A", 0.1), ("(B)", 0.9), ("a.", 0.2), ("The answer is A", 0.1)]
    vote = one_vote(*(ballot(text, weight, expected="B") for text, weight in given))
    assert (vote.chosen, vote.majority, vote.kind) == ("B", "A", "letter")
    assert [(one.answer, one.votes, one.weight, one.right) for one in vote.candidates] == [
        ("B", 1, 0.9, True),
        ("A", 3, pytest.approx(0.4), False),
    ]
    assert (vote.chosen_right, vote.majority_right, vote.single_right) == (1.0, 0.0, 0.25)


def test_a_reply_without_a_weight_votes_in_the_majority_alone_and_one_without_an_answer_nowhere():
    vote = one_vote(ballot("A", None, expected="A"), ballot("A", None), ballot("B", 0.1), ballot("I do not know", 5.0))
    assert (vote.chosen, vote.majority) == ("B", "A")
    assert (vote.replies, vote.answered, vote.unweighted, vote.weight) == (4, 3, 2, 0.1)


def test_where_nothing_has_a_weight_the_majority_decides_and_it_is_said():
    vote = one_vote(*(ballot(text, weight) for text, weight in [("A", 0.0), ("B", 0.0), ("B", None)]))
    assert (vote.chosen, vote.majority, vote.by_majority) == ("B", "B", True)
    assert vote.chosen_right is None  # no answer is expected
    assert "the majority decides" in str(hold_votes([ballot("A", 0.0)]))


def test_of_equals_the_first_is_named_and_the_share_of_right_ones_counts():
    vote = one_vote(ballot("C", 0.5, expected="B"), ballot("B", 0.5, expected="B"))
    assert (vote.chosen, vote.chosen_right) == ("C", 0.5)


def test_a_question_that_nobody_answers_is_wrong_and_has_no_choice():
    vote = one_vote(ballot("I do not know", 1.0, expected="B"))
    assert (vote.chosen, vote.chosen_right, vote.answered) == (None, 0.0, 0)


def test_words_are_the_same_without_case_articles_and_punctuation():
    vote = one_vote(
        *(ballot(text, 1.0, expected="a red ball") for text in ("The red ball.", "red ball", "A blue ball"))
    )
    assert (vote.chosen, vote.kind, vote.chosen_right) == ("The red ball.", "words", 1.0)


def test_numbers_are_the_same_whatever_their_unit():
    vote = one_vote(*(ballot(text, 1.0, expected="3") for text in ("3 dogs", "There are 3.", "4")), answers="number")
    assert (vote.chosen, vote.chosen_right, vote.majority) == ("3", 1.0, "3")


def test_of_spans_the_one_nearest_to_all_others_is_chosen():
    # with itself, [2, 4] shares 1 + 2/3 (of [2, 5]) + 0; [2, 5] shares 2/3 + 1 + 0; [8, 9] only itself, but weighs 1.5
    spans = {"2": "4", "2.0": "5", "8": "9"}
    texts = [f"From <t>{start}</t>s to <t>{end}</t>s" for start, end in spans.items()]
    weights = (1.0, 0.9, 1.5)
    vote = one_vote(*(ballot(text, w, span=(2.0, 4.0)) for text, w in zip(texts, weights, strict=True)))
    assert (vote.kind, vote.chosen, vote.chosen_right) == ("span", "2 to 4 s", 1.0)
    assert vote.candidates[0].weight == pytest.approx(1.0 + 0.9 * 2 / 3)
    assert vote.candidates[0].votes == pytest.approx(1 + 2 / 3)


def test_replies_vote_together_by_group_and_step_or_by_question():
    its = [ballot("A", 1.0, group="g", step=step) for step in (0, 0, 1)]
    assert [one.replies for one in hold_votes(its).votes] == [2, 1]
    assert [one.replies for one in hold_votes(its, by="question").votes] == [3]


def test_accuracy_is_paired_over_videos():
    votes = []
    for v in range(8):  # in videos 0 to 5 the weights are right and the majority is wrong, in 6 and 7 both are right
        right, wrong = ("B", "A") if v < 6 else ("A", "B")
        its = [(wrong if v >= 6 else "A", 0.1), ("A", 0.1), (right, 0.9)]
        votes += [ballot(text, w, video=f"{v}.mp4", expected=right) for text, w in its]
    found = hold_votes(votes)
    assert found.accuracy["weighted"].value == 1.0
    assert found.accuracy["majority"].value == pytest.approx(2 / 8)
    assert found.gain.value == pytest.approx(6 / 8)
    assert found.gain.n_clusters == 8
    # differences 1 six times and 0 twice: sd 0.4629, se 0.4629 / sqrt(8) = 0.1637, t(7) = 2.3646
    assert found.gain.low == pytest.approx(0.75 - 2.3646 * 0.16366, abs=1e-3)
    assert 0 <= found.accuracy["majority"].low <= found.accuracy["majority"].high <= 1


def test_without_expected_answers_no_accuracy_is_claimed():
    found = hold_votes([ballot("A", 1.0)])
    assert (found.gain.value, found.known) == (None, 0)
    assert "Accuracy is not known" in str(found)


@pytest.mark.parametrize("options", [{"by": "mood"}, {"answers": "guess"}])
def test_an_option_that_means_nothing_is_refused(options):
    with pytest.raises(InputError):
        hold_votes([ballot("A", 1.0)], **options)


def test_no_word_of_a_model_breaks_a_line_of_the_table():
    text = str(hold_votes([ballot("x\n" * 50, 1.0, question="Which\nof\nthese " * 20)]))
    assert max(map(len, text.splitlines())) < 140
