"""All questions go through one stream: cached ones are not asked, equal ones once, and what came is kept first."""

import dataclasses
import hashlib
import threading
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import pytest
from helpers_referee import FakeBackend, scene, write_clip

from referee_calib import video
from referee_calib.errors import InputError
from referee_calib.records import Claim
from referee_calib.referee import Prompt, Referee, Reply, question_prefetch, question_stream
from referee_calib.referee.cache import cached_replies
from referee_calib.referee.cache.reply_cache import ReplyCache
from referee_calib.referee.question import Ask
from referee_calib.referee.rendering_threads import RENDERERS

BOX = (0.1, 0.1, 0.3, 0.4)


class Many(FakeBackend):
    """Answers several questions at once; the level follows from what is shown and told."""

    cacheable = True

    def __init__(self, at_once=4, seed=0, reply=None):
        self.at_once, self.seed, self.reply = at_once, seed, reply
        self.asked, self.ahead, self.lock = [], 0, threading.Lock()
        self.closed = threading.Event()

    def settings(self):
        return {"backend": "many", "seed": self.seed}

    def answer(self, question):
        with self.lock:
            self.asked.append((question.claim.id, question.dimension, question.sample))
        if self.reply is not None:
            return self.reply(question)
        number = int(hashlib.sha256(f"{self.seed}{question.digest}".encode()).hexdigest(), 16)
        return Reply(text=f"Level: {number % 5}", seconds=0.5, tokens=number % 100)

    def answers(self, questions):
        taken = 0
        try:
            with ThreadPoolExecutor(self.at_once) as pool:
                flying = {}
                for question in questions:
                    taken += 1
                    flying[pool.submit(self.answer, question)] = question
                    while len(flying) >= self.at_once:
                        for done in wait(flying, return_when=FIRST_COMPLETED).done:
                            yield flying.pop(done), done.result()
                for done in wait(flying).done:
                    yield flying[done], done.result()
        finally:
            self.closed.set()


class OneByOne(Many):
    answers = None


def claim(index=0, name="a.mp4", times=(0.5,), rollout=""):
    boxes = tuple((t, *BOX) for t in times)
    return Claim(video=name, question="Where?", object=f"ball {index}", boxes=boxes, index=index, rollout=rollout)


@pytest.fixture(scope="module")
def media(tmp_path_factory):
    folder = tmp_path_factory.mktemp("media")
    write_clip(folder / "a.mp4", [scene(("red", "circle", 60 + 4 * i, 100, 24)) for i in range(20)])
    write_clip(folder / "b.mp4", [scene(("blue", "square", 200, 100, 30))] * 12)
    (folder / "broken.mp4").write_bytes((folder / "a.mp4").read_bytes()[:400])
    return folder


@pytest.fixture
def cache(tmp_path):
    with ReplyCache(tmp_path / "replies.sqlite") as made:
        yield made


CLAIMS = [claim(i, name) for i in range(7) for name in ("a.mp4", "b.mp4")]


def by_key(scores):
    """Scores by what they are about, without the time they took."""
    found = {(s.claim, s.dimension, s.sample): dataclasses.replace(s, seconds=None) for s in scores}
    return dict(sorted(found.items()))


def test_one_at_once_many_at_once_and_one_by_one_agree(media):
    alone, many, plain = (
        by_key(Referee("x", backend).score(CLAIMS, media)) for backend in (Many(1), Many(16), OneByOne())
    )
    assert alone == many == plain
    assert len(many) == 7 * 2 * 2  # claims of two videos, on relevance and localization
    assert len({s.level for s in many.values()}) > 2


def test_what_is_kept_is_neither_asked_nor_decoded_again(media, cache, monkeypatch):
    first = by_key(Referee("x", Many(), cache=cache).score(CLAIMS, media))
    monkeypatch.setattr(video, "frames_at", lambda *_, **__: pytest.fail("a frame was decoded"))
    again = Many()
    assert by_key(Referee("x", again, cache=cache).score(CLAIMS, media)) == first
    assert again.asked == []


def test_without_its_shortcut_a_reply_is_still_found_by_what_is_shown(media, cache, monkeypatch):
    first = by_key(Referee("x", Many(), cache=cache).score(CLAIMS, media))
    monkeypatch.setattr(cached_replies, "rendering_digest", lambda: {"source": "a newer program"})
    for backend in (Many(), OneByOne()):
        assert by_key(Referee("x", backend, cache=cache).score(CLAIMS, media)) == first
        assert backend.asked == []


def test_a_backend_that_answers_one_by_one_uses_the_cache_too(media, cache):
    first, second = OneByOne(), OneByOne()
    expected = by_key(Referee("x", first, cache=cache).score(CLAIMS, media))
    assert by_key(Referee("x", second, cache=cache).score(CLAIMS, media)) == expected
    assert (len(first.asked), second.asked) == (28, [])


@pytest.mark.parametrize(
    "change", [{"backend": Many(seed=1)}, {"prompt": Prompt(max_characters=50)}], ids=["settings", "prompt"]
)
def test_another_way_of_asking_is_asked_anew(media, cache, change):
    list(Referee("x", Many(), cache=cache).score(CLAIMS[:3], media))
    other = dataclasses.replace(Referee("x", Many(), cache=cache), **change)
    other.backend.asked.clear()
    list(other.score(CLAIMS[:3], media))
    # equal words under another limit are equal questions; another backend's settings never are
    assert len(other.backend.asked) == (6 if "backend" in change else 0)


def test_a_repeat_is_not_answered_from_another_sample(media, cache):
    backend = Many()
    referee = Referee("x", backend, cache=cache)
    asks = [Ask(claim(0), "relevance", sample) for sample in (0, 1, 1, 2)]
    assert len(list(referee.stream(asks, media))) == 4
    assert sorted(backend.asked) == [(claim(0).id, "relevance", sample) for sample in (0, 1, 2)]


def test_equal_questions_in_flight_are_asked_once(media):
    gate = threading.Event()

    def slow(question):
        gate.wait(10)
        return Reply(text="Level: 3")

    same = [dataclasses.replace(claim(0), rollout=f"r{i}", id="") for i in range(6)]
    backend = Many(at_once=8, reply=slow)
    threading.Timer(0.5, gate.set).start()
    scores = list(Referee("x", backend).score([*same, claim(1)], media, dimensions=["relevance"]))
    assert Counter(s.level for s in scores) == {3: 7}
    assert {s.claim for s in scores} == {c.id for c in [*same, claim(1)]}
    assert len(backend.asked) == 2


def test_a_reply_is_kept_before_its_score_is_seen(media, cache):
    scores = Referee("x", Many(at_once=1), cache=cache).score(CLAIMS, media)
    for count, _ in enumerate(scores, start=1):
        assert len(cache) >= count


def test_a_failure_is_not_kept_and_reaches_everybody(media, cache):
    broken = Many(reply=lambda question: Reply(status="error", reason="HTTP 500"))
    scores = list(Referee("x", broken, cache=cache).score(CLAIMS[:2], media))
    assert [s.status for s in scores] == ["error"] * 4
    assert len(cache) == 0


def test_a_kept_reply_without_verdict_is_asked_anew_when_told_to(media, cache):
    mumbles = Many(reply=lambda question: Reply(text="hm"))
    referee = Referee("x", mumbles, cache=cache)
    asks = [Ask(claim(0), "relevance")]
    assert [s.status for s in referee.stream(asks, media)] == ["unparsed"]
    assert [s.status for s in referee.stream(asks, media)] == ["unparsed"]
    assert len(mumbles.asked) == 1
    mumbles.reply = lambda question: Reply(text="Level: 1")
    assert [s.level for s in referee.stream(asks, media, again=True)] == [1]
    assert [s.level for s in referee.stream(asks, media)] == [1]
    assert len(mumbles.asked) == 2


def test_videos_and_claims_that_cannot_be_shown_fail_alone(media):
    claims = [claim(0, "gone.mp4"), claim(1, "broken.mp4"), claim(2, times=(9.0,)), claim(3)]
    scores = by_key(Referee("x", Many()).score(claims, media, dimensions=["localization"]))
    assert [scores[c.id, "localization", 0].status for c in claims] == ["error", "error", "error", "ok"]
    assert "gone.mp4" in scores[claims[0].id, "localization", 0].reason


def test_questions_are_made_only_a_little_ahead(media):
    made, answered, most = [], [], []

    def slow(question):
        time.sleep(0.002)
        answered.append(1)
        most.append(len(made) - len(answered))
        return Reply(text="Level: 1")

    class Counting(Referee):
        def question(self, ask, clip):
            made.append(1)
            return super().question(ask, clip)

    many = [claim(i) for i in range(150)]
    assert len(list(Counting("x", Many(at_once=4, reply=slow)).score(many, media))) == 300
    # the queue, what is in flight, one in each thread's hands, and the two questions of each claim being rendered
    assert max(most) <= question_stream.LOOK_AHEAD + 4 + 2 + 2 * (RENDERERS + 1)


def test_frames_of_many_claims_are_not_all_in_memory_at_once(media, monkeypatch):
    at_once = []
    real = video.frames_at
    monkeypatch.setattr(
        video, "frames_at", lambda path, times, **how: at_once.append(len(times)) or real(path, times, **how)
    )
    monkeypatch.setattr(question_prefetch, "FRAMES_AT_ONCE", 10)
    many = [claim(i, times=(0.01 * i, 0.9 + 0.01 * i)) for i in range(30)]
    assert len(list(Referee("x", Many()).score(many, media))) == 60
    assert len(at_once) == 6  # 5 claims of 2 frames fill a part of 10, and there are 30
    assert max(at_once) <= 10


def test_stopping_asks_nothing_more_and_gives_what_is_in_flight(media):
    stop = threading.Event()

    def stopping(question):
        stop.set()
        time.sleep(0.1)
        return Reply(text="Level: 2")

    backend = Many(at_once=3, reply=stopping)
    scores = list(Referee("x", backend).stream([Ask(claim(i), "relevance") for i in range(60)], media, stop=stop))
    assert 1 <= len(scores) == len(backend.asked) < 10
    assert {s.level for s in scores} == {2}


def test_leaving_early_ends_the_threads_and_keeps_what_came(media, cache):
    backend = Many(at_once=2)
    scores = Referee("x", backend, cache=cache).score([claim(i) for i in range(100)], media)
    next(scores)
    scores.close()
    assert backend.closed.is_set()
    assert not [t for t in threading.enumerate() if t.name in ("decoding", "asking")]
    assert len(cache) == len(backend.asked) < 200


def test_what_a_backend_raises_is_the_status_of_every_score_it_owes(media):
    def wrong(question):
        raise ZeroDivisionError("a fault")

    scores = list(Referee("x", Many(reply=wrong)).score(CLAIMS, media))
    assert {(s.claim, s.dimension) for s in scores} == {(c.id, d) for c in CLAIMS for d in c.dimensions}
    assert {(s.status, s.reason) for s in scores} == {("error", "the backend failed (ZeroDivisionError: a fault)")}


def test_an_error_of_ours_says_what_to_type_and_is_raised(media):
    def wrong(question):
        raise InputError("backend x", "it has no key", "Give it one.")

    with pytest.raises(InputError, match="Give it one"):
        list(Referee("x", Many(reply=wrong)).score(CLAIMS, media))


def test_a_question_that_the_backend_forgets_is_a_named_failure(media):
    class Forgetful(Many):
        def answers(self, questions):
            yield from ((q, Reply(text="Level: 4")) for i, q in enumerate(questions) if i % 2)

    scores = list(Referee("x", Forgetful()).score(CLAIMS, media))
    assert Counter(s.status for s in scores) == {"ok": 14, "error": 14}
    assert {s.reason for s in scores} == {"", "the backend gave no reply to this question"}
