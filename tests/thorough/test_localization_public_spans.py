"""The longer table of public spans: people overlap as the package holds."""

from __future__ import annotations

from helpers_agree import asked
from helpers_real_ratings import real_ratings

from referee_calib.perturbation.harness.overlap_tolerance import PUBLISHED_SPANS


def test_people_of_activitynet_overlap_as_the_package_holds():
    found = asked(real_ratings("spans/activitynet.csv"), "--spans", "--length", "100")
    assert round(found["overlap"]["value"], 3) == PUBLISHED_SPANS["activitynet"][0]
