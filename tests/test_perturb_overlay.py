"""How a box is drawn is perturbed in the reward that is asked, and only where something is drawn."""

from dataclasses import replace

import pytest

from referee_calib.errors import InputError
from referee_calib.perturbation import KINDS, ConstantReward, OverlayStyle, claim_random
from referee_calib.records import Claim
from referee_calib.referee import Referee, ScriptedBackend, load_referee
from referee_calib.reward import GeometricReward, SemanticEvidenceReward

ONE = Claim(video="a.mp4", question="q", object="ball", boxes=((0.0, 0.1, 0.1, 0.2, 0.2),))


def test_the_claim_stays_and_the_referee_is_shown_another_style():
    reward = SemanticEvidenceReward(referee=Referee("reader", ScriptedBackend()))
    colour, width = KINDS["overlay_colour"], KINDS["overlay_width"]
    assert colour(ONE, claim_random(0, colour, ONE)) is ONE
    assert colour(Claim(video="a.mp4", question="q", span=(0, 1)), claim_random(0, colour, ONE)) is None
    lime, wide = colour.shown(reward), width.shown(reward)
    assert (lime.referee.frames.colour, lime.referee.frames.line_width) == ("lime", None)
    assert (wide.referee.frames.colour, wide.referee.frames.line_width) == ("red", 8)
    assert len({r.fingerprint for r in (reward, lime, wide)}) == 3
    assert replace(lime, referee=reward.referee).fingerprint == reward.fingerprint


@pytest.mark.parametrize(
    "reward", [GeometricReward(), SemanticEvidenceReward(), ConstantReward()], ids=lambda r: r.__name__
)
def test_rewards_that_see_no_drawing_are_not_asked(reward):
    assert KINDS["overlay_colour"].shown(reward) is None
    assert KINDS["shift_x"].shown(reward) is reward


def test_a_style_nobody_can_draw_is_refused():
    reward = SemanticEvidenceReward(referee=Referee("reader", ScriptedBackend()))
    with pytest.raises(InputError, match="colour"):
        OverlayStyle(colour="octarine").shown(reward)
    with pytest.raises(InputError):
        OverlayStyle(colour="")
    with pytest.raises(InputError):
        OverlayStyle(line_width=0)
    assert load_referee("pixels").backend.reads_words is False
