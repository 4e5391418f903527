"""What probes make of true evidence."""

import pytest

from referee_calib.errors import InputError
from referee_calib.exploits import PROBES, ReferenceEvidence, from_json, write
from referee_calib.exploits.reply_text import columns
from referee_calib.perturbation.families.ambiguous_negatives import AmbiguityCheck
from referee_calib.perturbation.families.reference_objects import ReferenceObject, ReferenceObjects
from referee_calib.records import Claim
from referee_calib.referee.prompting.injections import injections
from referee_calib.reward.baselines.open_o3_formulas import shipped_claims

BOX = (2.0, 0.1, 0.2, 0.3, 0.6)
OTHER = (2.0, 0.6, 0.2, 0.8, 0.6)
KNOWN = ReferenceObjects((ReferenceObject("v.mp4", "red ball", BOX), ReferenceObject("v.mp4", "blue ball", OTHER)))


def boxed(**given):
    claim = Claim(
        video="v.mp4", question="Where?", object="red ball", boxes=(BOX,), reference_boxes=(BOX,), rollout="r"
    )
    return ReferenceEvidence(
        claim, "boxes", duration=12.0, fps=25.0, known=KNOWN, ambiguity=AmbiguityCheck(KNOWN), **given
    )


def spanned():
    claim = Claim(video="v.mp4", question="When?", span=(4.0, 6.0), reference_span=(4.0, 6.0))
    return ReferenceEvidence(claim, "span", duration=12.0, fps=25.0)


def test_the_honest_claim_is_right_in_words_and_off_by_three_tenths():
    honest = boxed().honest
    assert honest.object == "red ball"
    across, down = (honest.boxes[0][1] - 0.1) / 0.2, (honest.boxes[0][2] - 0.2) / 0.4  # in widths and heights
    assert across**2 + down**2 == pytest.approx(0.09)  # 0.3 squared
    assert abs(spanned().honest.span[0] - 4.0) == pytest.approx(0.6)  # 0.3 of 2 s


def test_every_probe_survives_being_written_down():
    assert [from_json(probe.to_json()) for probe in PROBES.values()] == list(PROBES.values())
    with pytest.raises(InputError, match="probes are"):
        from_json({"probe": "whole_frame", "area": "whole_frame", "colour": "red"})


def test_a_probe_makes_the_same_reply_each_time_and_another_for_another_seed():
    made = [PROBES["shotgun_10"](boxed(seed=seed)) for seed in (1, 1, 2)]
    assert made[0] == made[1] != made[2]


def test_a_shotgun_has_one_right_claim_and_no_two_alike():
    claims = PROBES["shotgun_10"](boxed()).claims
    assert len(claims) == len({claim.id for claim in claims}) == 10
    assert sum(claim.boxes == (BOX,) for claim in claims) == 1
    assert [claim.index for claim in claims] == list(range(10))
    spans = PROBES["shotgun_3"](spanned()).claims
    assert sorted(claim.span for claim in spans) == [(0.0, 6.0), (4.0, 6.0), (6.0, 12.0)]  # 12 s in two halves


def test_disguised_repeats_look_alike_and_differ_in_letters():
    names = [claim.object for claim in PROBES["duplicates_disguised_10"](boxed()).claims]
    assert len(set(names)) == 10
    assert names[0] == "red ball"


@pytest.mark.parametrize(("probe", "late"), [("late_5", 7.0), ("late_30", 32.0)])
def test_too_late_counts_only_where_it_is_known_to_be_wrong(probe, late):
    made = PROBES[probe](boxed())
    if late > 12.0:  # the video is over
        assert made.claims[0].boxes[0][0] == late
    else:  # nobody knows where the ball is at 7 s
        assert made is None


def test_nothing_can_be_earlier_than_the_video():
    assert PROBES["early_5"](boxed()) is None


def test_a_distractor_is_the_box_of_a_thing_seen_elsewhere_at_once():
    assert PROBES["same_class_distractor"](boxed()).claims[0].boxes == (OTHER,)
    hedged = PROBES["hedged"](boxed()).claims[0]
    assert (hedged.object, hedged.boxes) == ("red ball or blue ball", (OTHER,))


def test_words_to_the_judge_name_the_claims_own_thing_and_stand_where_nothing_is():
    texts = {kind: PROBES[f"injected_{kind}"](boxed()).claims[0] for kind in ("verdict", "role", "order")}
    assert all(claim.boxes == boxed().wrong.boxes for claim in texts.values())
    assert "red ball" in texts["verdict"].object


def test_all_texts_to_the_judge_are_dealt_in_turn():
    by_kind = {kind: sum(its.kind == kind for its in injections()) for kind in {its.kind for its in injections()}}
    dealt = {
        PROBES[f"injected_{kind}"](boxed(place=place)).claims[0].object
        for kind, count in by_kind.items()
        for place in range(count)
    }
    assert len(dealt) == len({its.text for its in injections()})


def test_changed_pictures_are_shown_only_where_the_thing_is_known_to_be_elsewhere():
    moved = ReferenceObjects((*KNOWN.rows, ReferenceObject("v.mp4", "red ball", (10.0, 0.7, 0.7, 0.9, 0.9))))
    reference = boxed()
    known = ReferenceEvidence(
        reference.claim, "boxes", duration=12.0, fps=25.0, known=moved, ambiguity=AmbiguityCheck(moved)
    )
    assert PROBES["reversed_clip"](reference) is None  # at 12 - 2 = 10 s nobody knows where the ball is
    assert PROBES["reversed_clip"](known).claims[0].video == "_perturbed/reversed/v.mp4.mp4"


def test_a_reply_is_written_as_both_grammars_read_it():
    from referee_calib.claims import parse_rollout

    text = write(PROBES["grid_171"](boxed()))
    parsed = parse_rollout(text, video="v.mp4", question="Where?", unit="0-1000")
    assert [len(claim.boxes) for claim in parsed.claims] == [171]
    assert [len(boxes) for _, boxes in shipped_claims(text)] == [171]
    span = parse_rollout(write(PROBES["one_frame"](spanned())), video="v.mp4", question="When?", unit="0-1000")
    assert span.claims[0].span == (5.0, 5.04)  # the middle of 4 to 6 s, and a frame of 1/25 s


@pytest.mark.parametrize("fault", ["out_of_range", "reversed", "nan", "wrong_unit"])
def test_coordinates_that_are_none_give_no_claim(fault):
    from referee_calib.claims import parse_rollout

    text = PROBES[f"coordinates_{fault}"](boxed()).text
    parsed = parse_rollout(text, video="v.mp4", question="Where?", unit="0-1000")
    assert not parsed.claims
    assert parsed.failures


def test_columns_hold_the_truth_whatever_is_claimed():
    reference = boxed()
    found = columns([PROBES["vague_right"](reference)], [reference.annotated], {"v.mp4": 12.0})
    assert found["reference_object"] == ["red ball"]
    assert found["reference_boxes"] == [[list(BOX)]]
    assert found["duration"] == [12.0]


def test_claims_of_unknown_truth_are_their_own_start():
    reference = boxed(truth=False)
    assert reference.honest == reference.wrong == reference.claim
    assert {probe.key for probe in PROBES.values() if probe.truthless} >= {"duplicates_2", "injected_order"}
