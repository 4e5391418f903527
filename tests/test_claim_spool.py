"""Claims that wait for the end of an import come back as they were put away, in order."""

from referee_calib.records import Claim
from referee_calib.rollout_files import plain
from referee_calib.study.intake import ClaimSpool, claim_spool, spooled


def claims(count):
    return [Claim(video="v.mp4", question="", span=(0.0, 1.0), rollout=f"r{k}", index=k) for k in range(count)]


def test_claims_come_back_in_order_however_often_and_whoever_looked_in_between():
    spool, given = ClaimSpool(), claims(3 * claim_spool.PIECE + 7)
    for k, one in enumerate(given):
        spool.add(spooled(f"line {k}", plain(one)))
        if k % 150 == 0:
            assert next(iter(spool)).row.id == given[0].id  # as an error does that says where a claim stood before
    for _ in range(2):
        assert [(one.place, one.row.id) for one in spool] == [(f"line {k}", one.id) for k, one in enumerate(given)]
    assert len(spool) == len(given)
    spool.close()
