"""Other words for the same thing, and none where the rules know none."""

import pytest

from referee_calib.perturbation import Paraphrase, claim_random
from referee_calib.perturbation.families.paraphrase import SYNONYMS, article, order, synonym
from referee_calib.records import Claim


def say(phrase, rule="any", index=0):
    one = Claim(video="a.mp4", question="q", object=phrase, boxes=((0.0, 0.1, 0.1, 0.2, 0.2),), index=index)
    step = Paraphrase(rule=rule)
    found = step(one, claim_random(0, step, one))
    assert found is None or (found.boxes, found.question) == (one.boxes, one.question)
    return found and found.object


@pytest.mark.parametrize(
    ("rule", "phrase", "said"),
    [
        (synonym, "red car", "red automobile"),
        (synonym, "Sofa by the car", "Sofa by the automobile"),
        (synonym, "grey dog", "gray dog"),
        (synonym, "red ball", ""),
        (synonym, "carpet", ""),
        (order, "red ball", "ball that is red"),
        (order, "the red ball", "the ball that is red"),
        (order, "ball that is red", "red ball"),
        (order, "man in red shirt", "man wearing red shirt"),
        (order, "man wearing a red shirt", "man in a red shirt"),
        (order, "man in a red car", ""),
        (order, "big red ball", ""),
        (article, "red ball", "the red ball"),
        (article, "the red ball", "red ball"),
        (article, "a dog", "dog"),
        (article, "another dog", ""),
        (article, "each dog", ""),
        (article, "his dog", ""),
        (article, "Anna's dog", ""),
        (article, "two dogs", ""),
        (article, "", ""),
    ],
)  # fmt: skip
def test_rules_apply_to_what_they_know(rule, phrase, said):
    assert rule(phrase) == said


def test_synonyms_lead_back():
    for word, other in SYNONYMS.items():
        assert " " in other or SYNONYMS[other] == word


def test_a_paraphrase_is_one_of_those_that_apply():
    assert {say("grey car", index=i) for i in range(40)} == {"grey automobile", "car that is grey", "the grey car"}
    assert say("grey car", "order") == "car that is grey"
    assert say("his hat", "any") is None
    assert say("", "any") is None
    assert say("red ball", "synonym") is None
