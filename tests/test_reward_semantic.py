"""The semantic evidence reward: what a claim and a reply earn, with a referee whose judgements are written down."""

import math
import pickle

import pytest
from helpers_reward import Written, box_claim
from hypothesis import given, settings
from hypothesis import strategies as st

from referee_calib.errors import InputError, RefereeFailure
from referee_calib.records import Claim, RefereeScore
from referee_calib.reward import (
    ClaimContext,
    Looseness,
    Min,
    Near,
    Proximity,
    SemanticEvidenceReward,
    Support,
    TimeR1,
    Weighted,
)
from referee_calib.reward.aggregation import distinct_claims, pay_together


def span_claim(levels="4 4", span=(1.0, 2.0), **more):
    return Claim(video="v.mp4", question=f"when {levels}", span=span, **more)


def judge(claim, duration=10.0, **options):
    known = ClaimContext(duration=duration, key_times=options.pop("key_times", ()))
    (result,) = SemanticEvidenceReward(Written(), **options).judge([claim], ".", [known])
    return result


def test_a_claim_earns_relevance_times_localization():
    result = judge(box_claim("3 2"))
    assert (result.relevance, result.localization, result.timing, result.penalty) == (0.75, 0.5, None, None)
    assert result.value == pytest.approx(0.75 * 0.5)
    assert result.status == "ok"


def test_what_is_well_placed_but_irrelevant_earns_nothing():
    assert judge(box_claim("0 4")).value == 0.0


@pytest.mark.parametrize(
    ("combine", "value"),
    [("product", 0.375), ("mean", 0.625), ("min", 0.5), (Min(), 0.5), ("weighted", 0.625), (Weighted(0.8), 0.7)],
)  # of 0.75 and 0.5; 0.8 · 0.75 + 0.2 · 0.5 = 0.7
def test_the_combination_is_a_choice(combine, value):
    assert judge(box_claim("3 2"), combine=combine).value == pytest.approx(value)


def test_timing_is_the_placement_of_a_span():
    result = judge(span_claim("4 2"), penalty=None)
    assert (result.localization, result.timing, result.value) == (None, 0.5, 0.5)


def test_a_claim_with_boxes_and_span_is_placed_as_well_as_the_worse():
    class Timed(Written):
        def _one(self, claim, name, sample):
            level = {"relevance": 4, "localization": 3, "timing": 1}[name]
            return RefereeScore(claim=claim.id, referee="f", dimension=name, level=level)

    one = Claim(video="v.mp4", question="q", object="a", boxes=((1.0, 0, 0, 1, 1),), span=(1.0, 2.0))
    (result,) = SemanticEvidenceReward(Timed(), penalty=None).judge([one], ".", [ClaimContext(duration=9.0)])
    assert result.value == pytest.approx(1.0 * 0.25)


def test_a_loose_span_costs_up_to_the_weight():
    # tolerance 0.75: a span of 8.75 of 10 s is halfway from the tolerance to the whole: (0.875 - 0.75) / 0.25 = 0.5
    assert judge(span_claim(span=(0.0, 8.75))).penalty == pytest.approx(0.5)
    assert judge(span_claim(span=(0.0, 8.75))).value == pytest.approx(1 - 0.5 * 0.5)
    assert judge(span_claim(span=(0.0, 7.5))).value == 1.0
    assert judge(span_claim(span=(0.0, 7.5)), penalty=Looseness(0.5)).penalty == pytest.approx(0.5)
    assert judge(span_claim(span=(0.0, 10.0)), penalty_weight=1.0).value == 0.0
    assert judge(span_claim(span=(0.0, 12.0))).penalty == 1.0
    assert judge(box_claim()).penalty is None


def test_support_asks_the_referee_about_the_parts_of_a_span():
    class Half(Written):
        def _one(self, claim, name, sample):
            late = claim.span[0] >= 4.0 and claim.span[1] - claim.span[0] < 3
            return RefereeScore(claim=claim.id, referee="f", dimension=name, level=0 if late else 4)

    reward = SemanticEvidenceReward(Half(), penalty=Support(parts=4), penalty_weight=1.0)
    (result,) = reward.judge([span_claim(span=(0.0, 8.0))], ".", [ClaimContext(duration=10.0)])
    assert result.penalty == pytest.approx(2 / 4)  # parts begin at 0, 2, 4, 6; seen at 0 and 2
    assert result.value == pytest.approx(0.5)


def test_proximity_is_absolute_and_gated():
    def at(time, **options):
        return judge(box_claim(time=time), penalty=Proximity(sigma=1.0, **options), key_times=(5.0, 8.0)).penalty

    assert at(5.0) == 0.0
    assert at(4.0) == pytest.approx(1 - math.exp(-0.5)) == at(9.0)  # 1 s before 5, 1 s after 8
    assert at(3.9, gate=1.0) == at(9.1, gate=1.0) == 1.0
    within = judge(box_claim(time=3.0, reference_span=(2.0, 4.0)), penalty=Proximity())
    assert within.penalty == 0.0
    outside = judge(box_claim(time=6.0, reference_span=(2.0, 4.0)), penalty=Proximity(sigma=2.0))
    assert outside.penalty == pytest.approx(1 - math.exp(-0.5))


def test_time_r1_multiplies_the_boundary_factors():
    claim = span_claim(span=(1.0, 5.0), reference_span=(2.0, 4.5))
    # 1 - (1 - 1/10) · (1 - 0.5/10) = 1 - 0.9 · 0.95
    assert judge(claim, penalty=TimeR1()).penalty == pytest.approx(1 - 0.855)


@pytest.mark.parametrize("penalty", [TimeR1(), Proximity()])
def test_a_claim_without_the_truth_that_its_penalty_needs_costs_itself_alone(penalty):
    judged = judge(span_claim(), penalty=penalty)
    assert (judged.value, judged.status) == (None, "unsupported")
    assert "reference_span" in judged.reason


def test_a_claim_after_the_end_of_its_video_points_at_nothing():
    result = judge(box_claim(time=12.0))
    assert (result.value, result.status) == (0.0, "ok")
    assert "after the video's end" in result.reason


def test_a_failed_referee_is_a_status_and_not_a_score():
    result = judge(box_claim("fails"))
    assert (result.value, result.status, result.reason) == (None, "unsupported", "relevance: cannot")


def test_errors_are_asked_again_and_refusals_are_not():
    for retries, status in ((0, "error"), (1, "ok"), (3, "ok")):
        referee = Written(fails=1)
        reward = SemanticEvidenceReward(referee, retries=retries)
        (result,) = reward.judge([box_claim("flickers")], ".", [ClaimContext(duration=9.0)])
        assert result.status == status
        assert len(referee.asked) == (2 if retries == 0 else 4)  # two dimensions, once or twice
    refused = Written()
    SemanticEvidenceReward(refused, retries=3).judge([box_claim("fails")], ".", [ClaimContext(duration=9.0)])
    assert len(refused.asked) == 2


def test_a_missing_video_is_an_error_of_the_claim(tmp_path):
    (result,) = SemanticEvidenceReward(Written()).judge([box_claim()], tmp_path)
    assert (result.value, result.status) == (None, "error")
    assert "v.mp4" in result.reason


# --- replies ---------------------------------------------------------------------------------------------------------


def evidence(*levels):
    """One claim per pair of levels, far apart from one another."""
    return "".join(
        f"<obj>ball {pair}</obj><box>[0, 0, 100, 100]</box>at<t>{i}</t>s " for i, pair in enumerate(levels, start=1)
    )


def call(texts, reward=None, **columns):
    reward = reward or SemanticEvidenceReward(Written(), unit="pixels:400x200")
    given = {"video": ["v.mp4"] * len(texts), "question": ["q 4 4"] * len(texts), "duration": [99.0] * len(texts)}
    return reward(completions=texts, **{**given, **columns})


def test_a_reply_earns_the_mean_of_its_claims():
    # values 1, 0.5 and 0: relevance · localization
    assert call([evidence("4 4", "4 2", "0 4")]) == [pytest.approx(0.5)]
    assert call([evidence("4 4"), evidence("0 0"), "nothing"]) == [1.0, 0.0, 0.0]


def test_plain_texts_and_messages_are_the_same():
    text = evidence("4 2")
    message = [{"role": "assistant", "content": text}]
    parts = [{"role": "assistant", "content": [{"type": "text", "text": text}]}]
    tools = [{"role": "assistant", "content": None}, {"role": "tool", "content": "x"}, *message]
    assert call([text]) == call([message]) == call([parts]) == call([tools]) == [0.5]


def test_a_reply_without_claims_earns_the_stated_value():
    reward = SemanticEvidenceReward(Written(), unit="0-1", empty=-0.25)
    assert call(["no evidence"], reward) == [-0.25]


def test_other_columns_of_the_trainer_are_left_alone():
    extra = {"prompts": ["p"], "completion_ids": [[1, 2]], "trainer_state": object(), "answer": [["A"]], "videos": None}
    assert call([evidence("4 4")], **extra) == [1.0]


def test_columns_may_have_other_names():
    reward = SemanticEvidenceReward(Written(), unit="pixels:400x200", columns={"video": "path", "question": "problem"})
    given = {"path": ["v.mp4"], "problem": ["q"], "duration": [9.0]}
    assert reward([evidence("4 4")], **given) == [1.0]


def test_the_unit_may_come_with_each_row():
    reward = SemanticEvidenceReward(Written())
    text = evidence("4 4")
    assert call([text], reward, box_unit=["0-1000"]) == [1.0]
    assert call([text], reward, image_size=[[400, 200]]) == [1.0]
    with pytest.raises(InputError, match="unit"):
        call([text], reward)


GOOD = {"video": ["v.mp4"], "question": ["q"], "box_unit": ["pixels:400x200"]}


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"video": None}, "no column video"),
        ({"question": None}, "no column question"),
        ({"video": ["v.mp4", "w.mp4"]}, "column video has 2 values"),
        ({"video": "v.mp4"}, "column video is 'v.mp4'"),
    ],
)
def test_bad_columns_are_named(columns, words):
    with pytest.raises(InputError, match=words):
        call([evidence("4 4")], **columns)


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"video": [7]}, "completion 0: video 7"),
        ({"video": [None]}, "completion 0: video None"),
        ({"video": ["/elsewhere/v.mp4"]}, "outside the media folder"),
        ({"question": [None]}, "question is missing"),
        ({"box_unit": ["inch"]}, "box_unit"),
    ],
)
def test_a_row_that_cannot_be_rewarded_costs_itself_alone(columns, words, caplog):
    assert call([evidence("4 4")], **columns) == [None]
    assert words in caplog.text
    both = {name: [*values, *GOOD[name]] for name, values in columns.items()}
    assert call([evidence("4 4")] * 2, **both) == [None, 1.0]


@pytest.mark.parametrize(
    "columns", [{"key_times": [["x"]]}, {"reference_span": [[3, 1]]}, {"reference_boxes": [[[1]]]}]
)
def test_a_column_that_this_reward_does_not_need_costs_nothing(columns):
    assert call([evidence("4 4")], **columns) == [1.0]


def test_a_completion_that_is_no_text_costs_itself_alone():
    assert call([evidence("4 4"), 7]) == [1.0, None]


@pytest.mark.parametrize(
    ("failure", "expected"),
    [("abstain", [None, 1.0, 0.5, None]), ("group-mean", [0.75, 1.0, 0.5, None]), (0.1, [0.1, 1.0, 0.5, 0.1])],
)
def test_a_failed_referee_is_settled_by_the_stated_policy(failure, expected):
    texts = [evidence("4 4", "fails"), evidence("4 4"), evidence("4 2"), evidence("fails")]
    reward = SemanticEvidenceReward(Written(), unit="pixels:400x200", failure=failure)
    groups = ["a", "a", "a", "b"]  # the mean of group a's others: (1 + 0.5) / 2; in b nobody is left
    assert call(texts, reward, group=groups) == expected
    assert call(texts, reward, prompts=groups) == expected


def test_the_policy_to_raise_stops_and_says_where():
    reward = SemanticEvidenceReward(Written(), unit="pixels:400x200", failure="raise")
    with pytest.raises(RefereeFailure, match=r"completion 1.*cannot"):
        call([evidence("4 4"), evidence("fails")], reward)


def test_group_mean_needs_groups():
    reward = SemanticEvidenceReward(Written(), unit="pixels:400x200", failure="group-mean")
    with pytest.raises(InputError, match="group"):
        call([evidence("4 4")], reward)


WITHOUT_MEANING = [("failure", "ignore"), ("failure", math.nan), ("failure", True), ("cap", 0), ("empty", math.inf)]
WITHOUT_MEANING += [("combine", "sum"), ("penalty_weight", 1.5), ("retries", -1)]
PARTS_WITHOUT_MEANING = [(Looseness, "tolerance", 1.0), (Support, "parts", 0), (Proximity, "sigma", 0)]
PARTS_WITHOUT_MEANING += [(Weighted, "relevance", 2.0), (Near, "overlap", 0)]


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [*((SemanticEvidenceReward, name, value) for name, value in WITHOUT_MEANING), *PARTS_WITHOUT_MEANING],
)
def test_options_without_meaning_are_refused(make, name, value):
    with pytest.raises(InputError):
        make(**{name: value})


def test_the_parts_are_logged_where_the_trainer_takes_them():
    metrics, columns = {}, {}
    texts = [evidence("4 2", "0 4") + "<obj>lost</obj>", evidence("fails"), "nothing"]
    call(texts, log_metric=metrics.__setitem__, log_extra=columns.__setitem__)
    name = "SemanticEvidenceReward"
    assert metrics[f"{name}/failed"] == pytest.approx(1 / 3)
    assert metrics[f"{name}/claims"] == pytest.approx(3 / 3)
    assert metrics[f"{name}/relevance"] == pytest.approx((1.0 + 0.0) / 2)
    assert metrics[f"{name}/localization"] == pytest.approx((0.5 + 1.0) / 2)
    assert f"{name}/penalty" not in metrics
    assert columns[f"{name}/claims"] == [2, 1, 0]
    assert columns[f"{name}/parse_failures"] == ["object_without_box", "", "no_evidence"]
    assert columns[f"{name}/relevance"] == [0.5, None, None]


def test_it_has_a_name_and_survives_pickling_without_having_opened_anything():
    reward = SemanticEvidenceReward(media="media", unit="0-1", name="ser")
    assert reward.__name__ == "ser"
    assert SemanticEvidenceReward().__name__ == "SemanticEvidenceReward"
    again = pickle.loads(pickle.dumps(reward))
    assert again == reward
    assert len({again, reward}) == 1
    assert "_judge" not in reward.__dict__
    assert again.fingerprint == reward.fingerprint
    assert "_judge" not in pickle.loads(pickle.dumps(reward)).__dict__  # made by the fingerprint, left behind


def test_everything_that_changes_the_pay_changes_the_fingerprint():
    class Other(Written):
        fingerprint = "fedcba9876543210"

    plain = SemanticEvidenceReward(Written())
    parts = {"combine": ["min", Weighted(0.3)], "penalty": [None, Looseness(0.25), Proximity()]}
    parts |= {"penalty_weight": [0.25], "failure": [0.0], "empty": [0.5], "cap": [5], "retries": [0]}
    parts |= {"near": [Near(seconds=1.0)]}
    others = [SemanticEvidenceReward(Written(), **{name: one}) for name, values in parts.items() for one in values]
    names = [reward.fingerprint for reward in (plain, SemanticEvidenceReward(Other()), *others)]
    assert len(names) == 13
    assert len(set(names)) == len(names)
    assert all(len(name) == 16 and int(name, 16) >= 0 for name in names)
    same = SemanticEvidenceReward(Written(), combine="product", media="/elsewhere", unit="0-1", name="other")
    assert same.fingerprint == plain.fingerprint  # where the videos lie and what it is called change nothing


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(st.text(), st.sampled_from(["<obj>ball 4 4</obj>", "<box>[1,2,30,40]</box>", "<t>3</t>"])), max_size=9
    )
)
def test_no_reply_makes_the_reward_fail(pieces):
    (value,) = call(["".join(pieces)], question=["q 2 3"])
    assert value is None or 0.0 <= value <= 1.0


def test_the_step_of_the_trainer_is_passed_on_to_the_claims():
    from types import SimpleNamespace

    class Noting(Written):
        def _one(self, claim, name, sample):
            self.step = claim.step
            return super()._one(claim, name, sample)

    referee = Noting()
    reward = SemanticEvidenceReward(referee, unit="pixels:400x200")
    call([evidence("4 4")], reward, trainer_state=SimpleNamespace(global_step=7), group=[3])
    assert referee.step == 7
    call([evidence("4 4")], reward, trainer_state=SimpleNamespace(global_step=7), step=[5])
    assert referee.step == 5


def test_claims_with_thousands_of_boxes_are_compared():
    many = "".join(f"<box>[{i % 300}, 0, {i % 300 + 40}, 100]</box>" for i in range(3000))
    text = "".join(f"<obj>ball{k} 4 4</obj>{many}at<t>1</t>s " for k in range(3))
    assert call([text]) == [1.0]


# --- paid together ---------------------------------------------------------------------------------------------------


def together(claims, values, unjudged=0):
    return pay_together(claims, values, Near(), unjudged)


def test_a_repeated_claim_is_neither_paid_nor_counted():
    twice = box_claim(index=1, text="again")
    assert distinct_claims([box_claim(), twice, box_claim(name="BALL ", index=2)]) == [box_claim()]
    referee = Written()
    reward = SemanticEvidenceReward(referee, unit="pixels:400x200")
    right, wrong = "<obj>ball 4 4</obj><box>[0,0,9,9]</box>at<t>1</t>s ", evidence("0 0")
    assert call([right * 10 + wrong], reward) == call([right + wrong], reward)
    assert len(referee.asked) == 2 * 4  # two claims, two dimensions, two calls


def test_shots_at_one_target_are_paid_once_and_each_miss_counts():
    shots = [box_claim(left=0.1 + 0.02 * i) for i in range(3)]  # IoU of neighbours 0.18/0.22
    assert together(shots[:1], [0.8]) == pytest.approx(0.8)
    # paid the worst, 0.2; shortfalls 0.8 + 0.2 + 0 = 1.0
    assert together(shots, [0.2, 0.8, 1.0]) == pytest.approx(0.2 / 1.2)
    assert together(shots, [1.0, 1.0, 1.0]) == 1.0


def test_hedging_between_names_for_one_box_does_not_pay():
    car, truck = box_claim(name="car"), box_claim(name="truck")
    assert together([car], [1.0]) == 1.0
    assert together([car, truck], [1.0, 0.0]) == 0.0


def test_the_same_place_at_another_time_is_another_target():
    assert together([box_claim(time=1.0), box_claim(time=2.0)], [1.0, 0.0]) == pytest.approx(0.5)


def test_claims_beyond_the_cap_are_worth_nothing():
    referee = Written()
    reward = SemanticEvidenceReward(referee, unit="pixels:400x200", cap=4)
    assert call([evidence(*["4 4"] * 5)], reward) == [pytest.approx(4 / 5)]
    assert len(referee.asked) == 2 * 4


CLAIMS = st.lists(
    st.tuples(
        st.builds(
            box_claim,
            name=st.sampled_from(["ball", "car"]),
            time=st.sampled_from([1.0, 1.2, 1.4, 3.0]),
            left=st.integers(0, 8).map(lambda n: n / 20),
        ),
        st.integers(0, 4).map(lambda n: n / 4),
    ),
    min_size=1,
    max_size=7,
    unique_by=lambda pair: (pair[0].object, pair[0].boxes),
)


def worth(pairs):
    return together([claim for claim, _ in pairs], [value for _, value in pairs])


@settings(deadline=None)
@given(CLAIMS, st.data())
def test_adding_a_wrong_claim_or_a_further_shot_never_raises_a_reply(pairs, data):
    *rest, (extra, value) = pairs
    if not rest:
        return
    if not any(Near()(extra, claim) for claim, _ in rest):
        value = 0.0
    place = data.draw(st.integers(0, len(rest)))
    assert worth([*rest[:place], (extra, value), *rest[place:]]) <= worth(rest) + 1e-12


@settings(deadline=None)
@given(CLAIMS, st.data())
def test_adding_a_true_claim_elsewhere_never_lowers_a_reply(pairs, data):
    true = box_claim(time=50.0), 1.0
    place = data.draw(st.integers(0, len(pairs)))
    assert worth([*pairs[:place], true, *pairs[place:]]) >= worth(pairs) - 1e-12


@settings(deadline=None)
@given(CLAIMS)
def test_claims_about_different_things_earn_their_mean(pairs):
    apart = [(box_claim(time=10.0 * i), value) for i, (_, value) in enumerate(pairs)]
    assert worth(apart) == pytest.approx(sum(value for _, value in pairs) / len(pairs))


@settings(deadline=None)
@given(CLAIMS, st.randoms())
def test_the_order_of_the_claims_does_not_matter(pairs, random):
    mixed = list(pairs)
    random.shuffle(mixed)
    assert worth(mixed) == pytest.approx(worth(pairs))


def test_a_box_without_a_time_is_not_paid_and_a_share_of_the_length_is_read():
    reward = SemanticEvidenceReward(Written(), unit="0-1000", empty=-0.25)
    assert call(["<ref>4 4</ref><box>(100,200),(300,400)</box>"], reward) == [-0.25]
    shares = '{"bbox_2d": [100, 200, 300, 400], "label": "4 4", "time": "2"}'
    assert call([shares], reward) == [1.0]


def test_a_unit_that_is_stated_twice_is_taken_from_the_row_and_said_once(caplog):
    text = evidence("4 4")
    reward = SemanticEvidenceReward(Written(), unit="pixels:800x400")
    for _ in range(2):
        assert call([text], reward, box_unit=["pixels:400x200"], image_size=[[400, 201]]) == [1.0]
    said = [record.getMessage() for record in caplog.records]
    assert [words for words in said if "unit" in words] == [
        "the unit of the boxes is stated twice: column box_unit (pixels:400x200) is used, unit='pixels:800x400' is not",
        "the unit of the boxes is stated twice: column box_unit (pixels:400x200) is used, "
        "column image_size (pixels:400x201) is not",
    ]
