"""The app's memory: turns and pages that are over leave nothing behind in its process."""

import gc
import time
import warnings
from itertools import count

import pytest
from helpers_app import make_study

pytest.importorskip("streamlit")

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from annotate_app import frame_service
from annotate_app.frame_service import FrameService
from annotate_app.served_study import open_served_study
from annotate_app.server import make_app
from referee_calib.study import worklist

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Starlette's test client announces which HTTP client it will want next
    from starlette.testclient import TestClient

ADDRESS = "127.0.0.1:8501"
KEPT_PAGES = 3  # instead of the 128 that Streamlit keeps for two minutes


class Rater:
    """A signed-in rater of the whole app in this process: the pages by websocket, videos and ratings by HTTP."""

    def __init__(self, client, folder):
        self.client, self.served, self._acts = client, open_served_study(folder.resolve()), count()

    def page(self):
        return self.client.websocket_connect(
            f"ws://{ADDRESS}/_stcore/stream", subprotocols=["streamlit"], headers={"origin": f"http://{ADDRESS}"}
        )

    def turn(self, page):
        """Ask for the page anew; return how many bytes came until it was whole."""
        asked, came, ended = BackMsg(), 0, ""
        asked.rerun_script.query_string = "view=rate"
        page.send_bytes(asked.SerializeToString())
        while ended != "script_finished":
            packed = page.receive_bytes()
            came, ended = came + len(packed), ForwardMsg.FromString(packed).WhichOneof("type")
        return came

    def rate(self):
        """Watch a claim and rate it once more."""
        work = worklist(self.served.study, "ada")
        card, number = self.served.card("ada", work, work.items[0].key), next(self._acts)
        for part in ("/times", "/frame/7", ""):
            assert self.client.get(card["video"] + part).status_code == 200
        scales = [one["dimension"] for one in card["scales"]]
        body = {
            **{key: card[key] for key in ("study", "rater", "claim", "rubric")},
            **{"act": f"act-number-{number}", "levels": dict.fromkeys(scales, number % 5), "reason": "", "note": ""},
            **{"seconds": 5.0, "waited": 0},
        }
        assert self.client.post("/api/rating", json=body).json()["saved"]


@pytest.fixture(scope="module")
def rater(tmp_path_factory):
    folder = tmp_path_factory.mktemp("memory") / "study"
    _, codes = make_study(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MemorySessionStorage.__init__, "__defaults__", (KEPT_PAGES, 120))
        app = make_app(folder)
        with TestClient(app, base_url=f"http://{ADDRESS}", follow_redirects=False) as client:
            assert client.get(f"/i/{codes['ada']}").status_code == 303
            yield Rater(client, folder)
    open_served_study.cache_clear()
    Runtime._instance = None  # there is one in a process, and it has ended
    gc.unfreeze()  # the app freezes what is there when it starts


def objects():
    gc.collect()
    return len(gc.get_objects())


def more_than(before, most):
    """Return how many more objects there are than before, once they are few: threads take a moment to end."""
    until = time.monotonic() + 10
    while (more := objects() - before) > most and time.monotonic() < until:
        time.sleep(0.1)
    return more


def test_turns_and_ratings_leave_nothing_behind(rater):
    with rater.page() as page:
        for _ in range(5):  # until everything that is made once is there
            rater.turn(page), rater.rate()
        before = objects()
        for _ in range(20):
            rater.turn(page), rater.rate()
        assert more_than(before, 15) <= 15  # fewer than one object for each


def test_pages_that_were_left_are_let_go(rater):
    def visit(times):
        for _ in range(times):
            with rater.page() as page:
                rater.turn(page)

    visit(KEPT_PAGES + 1)
    before = objects()
    visit(6)
    assert more_than(before, 40) <= 40  # a single page that is kept holds about a hundred


def test_the_frames_at_hand_are_no_more_than_stated(tmp_path, monkeypatch):
    study, _ = make_study(tmp_path / "study")
    encoded = []
    encode = frame_service.encode_jpeg
    monkeypatch.setattr(frame_service, "encode_jpeg", lambda *args, **how: encoded.append(1) or encode(*args, **how))
    frames = FrameService(study)
    sizes = [len(frames.picture("ball.mp4", number)) for number in range(4)]
    monkeypatch.setattr(frame_service, "CACHED_BYTES", sum(sizes[-3:]))
    frames.picture("ball.mp4", 4)  # with 2 and 3 it fills the place, or 3 alone where it is larger than 1 was
    made = len(encoded)
    frames.picture("ball.mp4", 3), frames.picture("ball.mp4", 4)
    assert len(encoded) == made == 5
    frames.picture("ball.mp4", 0)
    assert len(encoded) == 6
