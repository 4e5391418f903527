"""The frames that the app sends: the referee's own pictures by number, for whom the claim is, on the study's clock."""

import io

import av
import numpy as np
import pytest
from helpers_app import make_study, true_box, write_clip, write_unplayable
from test_app_routes import a_rating, new_client, sign_in

from annotate_app.frame_service import FrameService
from annotate_app.served_study import ServedStudy
from referee_calib.records import Claim
from referee_calib.study import Study, worklist
from referee_calib.video import decode, frames_at


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "study"
    _, codes = make_study(folder, ("ada", "ben"))
    return folder, ServedStudy(folder), codes


@pytest.fixture
def client(place):
    return sign_in(new_client(place[1]), place)


def late_copy(source, target, seconds):
    """Write a clip again with every frame `seconds` later on the file's own clock."""
    with av.open(str(source)) as old, av.open(str(target), "w", format="matroska") as new:
        stream = new.add_stream_from_template(old.streams.video[0])
        for packet in old.demux(video=0):
            if packet.size:
                packet.pts += round(seconds / packet.time_base)
                packet.dts += round(seconds / packet.time_base)
                packet.stream = stream
                new.mux(packet)


def test_the_times_of_all_frames_are_sent_in_a_few_bytes(client, place):
    claim = place[1].study.claims()[0].id
    answer = client.get(f"/v/{claim}/times")
    assert answer.status_code == 200
    assert len(answer.content) < 200
    table = answer.json()
    assert sum(count for count, _ in table["runs"]) == 99  # distances between 100 frames
    assert table["runs"] == [[99, table["runs"][0][1]]]
    numerator, denominator = table["tick"]
    assert table["runs"][0][1] * numerator / denominator == pytest.approx(1 / 25)
    assert (table["start"], table["end"]) == (0.0, pytest.approx(4.0))


def test_a_frame_is_the_picture_that_a_referee_is_shown(client, place):
    claim = place[1].study.claims()[0].id
    answer = client.get(f"/v/{claim}/frame/50")
    assert answer.headers["content-type"] == "image/jpeg"
    assert "max-age" in answer.headers["cache-control"]
    seen = decode(answer.content).astype(int)
    shown = frames_at(place[0] / "media" / "ball.mp4", [2.0])[0].image  # 50 frames at 25 a second
    assert seen.shape == shown.shape
    assert np.abs(seen - shown).mean() < 1.5


def test_frames_are_for_whom_the_claim_is(client, place):
    claim = place[1].study.claims()[0].id
    stranger = new_client(place[1])
    for path in ("times", "frame/0"):
        assert stranger.get(f"/v/{claim}/{path}").status_code == 401
        assert client.get(f"/v/c0123456789abcde/{path}").status_code == 404
    assert client.get(f"/v/{claim}/frame/100").status_code == 404  # the last one is 99
    assert client.get(f"/v/{claim}/frame/-1").status_code == 404


@pytest.mark.parametrize(("clock", "start"), [("first-frame", 0.0), ("file", 10.0)])
def test_times_count_on_the_clock_of_the_study(tmp_path, clock, start):
    with Study.create(tmp_path / "study", name="Late", clock=clock) as study:
        write_clip(tmp_path / "clip.mp4", seconds=1)
        late_copy(tmp_path / "clip.mp4", study.media / "late.mkv", 10)
        frames = FrameService(study)
        table = frames.times("late.mkv")
        assert table["start"] == pytest.approx(start)
        assert table["end"] == pytest.approx(start + 1.0, abs=0.002)
        assert decode(frames.picture("late.mkv", 24)).shape == (252, 448, 3)


def test_a_claim_whose_video_cannot_be_shown_is_skipped_and_not_rated(client, place):
    folder, served, _ = place
    (folder / "media" / "ball.mp4").write_bytes(b"not a video any more")
    answer = client.post("/api/rating", json=a_rating(served))
    assert answer.status_code == 422
    assert answer.json()["error"] == "This video cannot be shown, so the claim cannot be rated. Skip it, please."
    skipped = a_rating(served, levels={}, reason="video broken", act="act-of-skipping")
    answer = client.post("/api/rating", json=skipped)
    assert answer.json()["saved"]
    assert served.card("ada", worklist(served.study, "ada"))["problem"].startswith("This video cannot be opened.")


def test_a_copy_for_browsers_is_what_is_played_and_frames_are_the_originals(client, place):
    from referee_calib.study import make_playable_copies

    folder, served, _ = place
    write_unplayable(folder / "media" / "old.avi", folder / "media" / "ball.mp4")
    claim = Claim(video="old.avi", question="Where?", object="ball", boxes=(true_box(0.4),), rollout="avi")
    served.study.add_claims([claim])
    before = client.get(f"/v/{claim.id}").content
    assert make_playable_copies(folder, ["old.avi", "ball.mp4"], served.study.media_path).made == {"old.avi": "encoded"}
    played = client.get(f"/v/{claim.id}")
    assert played.headers["content-type"] == "video/mp4"
    assert played.content != before
    with av.open(io.BytesIO(played.content)) as copy:
        assert copy.streams.video[0].codec_context.name == "h264"
    shown = frames_at(folder / "media" / "old.avi", [0.4])[0].image
    assert np.abs(decode(client.get(f"/v/{claim.id}/frame/10").content).astype(int) - shown).mean() < 1.5
