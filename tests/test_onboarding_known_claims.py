"""Known claims: their file, what they keep out of the figures, and where they stand among a rater's claims."""

import json
import shutil
from collections import Counter

import pytest
from helpers_onboarding import known_rows, make_onboarding_study, practise, rate, read_texts, spare_claims, write_known

from referee_calib.errors import InputError, StudyError
from referee_calib.records import RefereeScore
from referee_calib.study import Study, audit, owns, worklist
from referee_calib.study.onboarding import import_known_claims, known_claim, known_claims, mix_known
from referee_calib.study.settings import OnboardingSettings


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    place = tmp_path_factory.mktemp("known") / "study"
    make_onboarding_study(place, ("ada", "ben"))
    return place


@pytest.fixture
def study(template, tmp_path):
    shutil.copytree(template, tmp_path / "study")
    return Study.open(tmp_path / "study")


def refused(study, row, match):
    path = write_known(study, [row])
    with pytest.raises(InputError, match=match):
        import_known_claims(study, path, actor="command line")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"claim": "c000000000000000"}, "no such claim"),
        ({"role": "silver"}, "it is one of example, practice, gold, attention"),
        ({"levels": {"relevance": 5}}, "whole numbers from 0 to 4"),
        ({"levels": {"relevance": True}}, "whole numbers from 0 to 4"),
        ({"levels": {"timing": 2}}, "judged on relevance and localization only"),
        ({"levels": {}}, "needs the right levels"),
        ({"tolerance": 4}, "every level of relevance would be right"),
        ({"tolerance": -1}, "whole number of levels"),
        ({"role": "practice"}, "needs a sentence"),
        ({"role": "practice", "feedback": "Why.", "counts": True}, "only the ratings of a gold claim may count"),
        ({"level": 3}, "for attention checks"),
        ({"rolle": "gold"}, "a known claim has only"),
    ],
)
def test_a_wrong_line_is_named_at_the_door(study, change, match):
    row = {"claim": spare_claims()[0].id, "role": "gold", "levels": {"relevance": 4}}
    refused(study, row | change, match)
    assert len(known_claims(study)) == 7  # what was known before still is


def test_a_claim_has_one_role(study):
    row = {"claim": spare_claims()[0].id, "role": "gold", "levels": {"relevance": 4}}
    path = write_known(study, [row, row])
    with pytest.raises(InputError, match=r"line 2: .*line 1 names it too"):
        import_known_claims(study, path, actor="command line")


def test_an_attention_check_is_a_claim_of_its_own_that_tells_the_level(study):
    one = known_claims(study, "attention")[0]
    shown = study.claims([one.claim])[0]
    assert shown.question == "Attention check: whatever the video shows, choose level 1 on every scale."
    assert (shown.source, shown.answer, shown.reference_boxes) == ("attention", "", None)
    assert one.levels == {"relevance": (1,), "localization": (1,)}
    assert one.all_right({"relevance": 1, "localization": 1})
    assert not one.all_right({"relevance": 1, "localization": 2})


def test_known_claims_are_told_to_the_audit_trail(study):
    entry = audit.trail(study)[-1]
    assert entry.action == "set known claims"
    assert entry.detail["counts"] == {"example": 1, "practice": 2, "gold": 2, "attention": 2}
    assert [one["role"] for one in entry.detail["known_claims"]].count("gold") == 2


def test_no_figure_reads_known_claims_nor_what_is_said_of_them(study):
    read_texts(study)
    practise(study, 4)
    gold = known_claims(study, "gold")[0].claim
    rate(study, gold, 4)
    measured = study.claims(sampled=True)[0].id
    rate(study, measured, 4)
    study.add_scores([RefereeScore(claim=gold, referee="f", dimension="relevance", level=1)])
    known = {one.claim for one in known_claims(study)}
    assert not known & {one.id for one in study.claims()}
    assert {one.claim for one in study.ratings()} == {measured}
    assert study.scores() == []
    counts = study.counts()
    # 3 measured and 8 spare claims, of which 5 are known; 2 attention checks were made
    assert (counts["claims"], counts["known claims"]) == (3 + 8 - 5, 5 + 2)
    assert counts["ratings of known claims"] == 2 * 2 + 2  # two practice claims and a gold claim, two dimensions each


def test_a_gold_claim_may_count_when_the_file_says_so(study):
    claim = study.claims(sampled=True)[0].id
    row = {"claim": claim, "role": "gold", "levels": {"relevance": 4}, "counts": True}
    import_known_claims(study, write_known(study, [row]), actor="command line")
    rate(study, claim, 4)
    assert {one.claim for one in study.ratings()} == {claim}
    assert [item.claim for item in worklist(study, "ada").items].count(claim) == 1


def test_a_claim_that_people_rated_changes_its_part_only_by_force(study):
    claim = study.claims(sampled=True)[0].id
    rate(study, claim, 4)
    path = write_known(study, [{"claim": claim, "role": "gold", "levels": {"relevance": 4}}])
    with pytest.raises(StudyError, match="people have rated it"):
        import_known_claims(study, path, actor="command line")
    import_known_claims(study, path, actor="command line", force=True)
    assert study.ratings() == []


def test_an_attention_check_that_the_file_no_longer_has_never_counts(study):
    made = known_claims(study, "attention")[0].claim
    import_known_claims(study, write_known(study, known_rows(spare_claims())[:5]), actor="command line")
    assert known_claims(study, "attention") == []
    assert made not in {one.id for one in study.claims()}
    assert not owns(study, "ada", made)


# ---- places ----


def places_of(known, mixed):
    return [place for place, key in enumerate(mixed) if key in known]


def test_gold_and_attention_come_in_their_shares_at_places_of_each_rater():
    settings = OnboardingSettings(gold_share=0.1, attention_share=0.05)
    known = {"gold": [f"g{k}" for k in range(100)], "attention": [f"a{k}" for k in range(100)]}
    keys = [f"r{k}" for k in range(300)]
    mixed = list(mix_known(keys, known, "ada", 1, settings))
    # of 200 places, one in each block of 10 is gold and one in each block of 20 an attention check: 20 + 10 + 170
    assert Counter(key[0] for key in mixed[:200]) == {"r": 170, "g": 20, "a": 10}
    assert [key for key in mixed if key[0] == "r"] == keys
    other = list(mix_known(keys, known, "ben", 1, settings))
    assert places_of(set(known["gold"]), mixed) != places_of(set(known["gold"]), other)
    assert mixed == list(mix_known(keys, known, "ada", 1, settings))


def test_a_list_that_grows_moves_nothing():
    settings = OnboardingSettings(gold_share=0.1, attention_share=0.1)
    known = {"gold": ["g1", "g2", "g3"], "attention": ["a1", "a2"]}
    keys = [f"r{k}" for k in range(60)]
    whole = list(mix_known(keys, known, "ada", 7, settings))
    for length in range(60):
        part = list(mix_known(keys[:length], known, "ada", 7, settings))
        assert part == whole[: len(part)]


def test_no_share_means_none_and_used_up_claims_do_not_come_again():
    known = {"gold": ["g1"], "attention": ["a1"]}
    keys = [f"r{k}" for k in range(100)]
    none = OnboardingSettings(gold_share=0.0, attention_share=0.0)
    assert list(mix_known(keys, known, "ada", 1, none)) == keys
    most = OnboardingSettings(gold_share=0.5, attention_share=0.5)
    assert Counter(mix_known(keys, known, "ada", 1, most))["g1"] == 1


def test_silent_claims_are_in_the_worklist_and_practice_and_examples_are_not(study):
    text = (study.folder / "study.toml").read_text() + "\n[onboarding]\ngold_share = 0.5\nattention_share = 0.5\n"
    (study.folder / "study.toml").write_text(text)
    study = Study.open(study.folder)
    items = [item.claim for item in worklist(study, "ada").items]
    roles = Counter(known.role for claim in items if (known := known_claim(study, claim)))
    assert roles["gold"] >= 1
    assert set(roles) <= {"gold", "attention"}
    assert set(items) >= {one.id for one in study.claims(sampled=True)}
    gold, practice = known_claims(study, "gold")[0].claim, known_claims(study, "practice")[0].claim
    assert owns(study, "ada", gold)
    assert not owns(study, "ada", practice)


def test_the_record_of_a_known_claim_comes_back_as_it_was(study):
    one = known_claims(study, "practice")[0]
    assert type(one).from_json(json.loads(json.dumps(one.to_json()))) == one
