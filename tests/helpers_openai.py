"""Questions without a video, and backends that do not wait long: for the tests of the endpoint backend."""

from types import SimpleNamespace

from referee_calib.records import Claim
from referee_calib.referee.backends.openai.openai_backend import OpenAIBackend
from referee_calib.referee.backends.openai.probe.trial_questions import HEAD
from referee_calib.referee.decoding_settings import Decoding
from referee_calib.referee.frame_policy.encoded_picture import Picture
from referee_calib.referee.prompting.prompt import Prompt, load_prompt
from referee_calib.referee.question import Question
from referee_calib.rubric import load
from referee_calib.testing.endpoint import Endpoint

RUBRIC = load()
PICTURE = Picture(b"\xff\xd8 not really a picture", "image/jpeg", 4, 3)
YES_NO = load_prompt("yes-no-1")


def question(number=0, *, thing="", prompt=None, pictures=1, sample=0):
    """A question that differs from others by its number; its pictures are already encoded."""
    claim = Claim(video="a.mp4", question=f"q{number}", object=thing or f"thing {number}", boxes=((1.0, 0, 0, 1, 1),))
    views = tuple(SimpleNamespace(caption="the whole frame.") for _ in range(pictures))
    made = Question(claim, "relevance", views, None, RUBRIC, prompt or Prompt(), sample)
    made.__dict__["pictures"] = (PICTURE,) * pictures
    return made


def questions(count):
    return [question(number) for number in range(count)]


def backend(endpoint, rung="truncated", **options):
    """A backend for an endpoint (or several), by default on a rung that needs no tokenizer."""
    endpoints = [endpoint] if isinstance(endpoint, Endpoint) else endpoint
    options.setdefault("decoding", Decoding(rung=rung))
    return OpenAIBackend([one.url for one in endpoints], "fake", **options)


def table(pairs):
    """Replies by the question's words: text, distribution, status and reason."""
    return {
        question.claim.question: (reply.text, reply.distribution, reply.status, reply.reason)
        for question, reply in pairs
    }


def chats(endpoint):
    """How often each question of a claim was received and paid, without the questions of the probe."""
    mine = [digest for digest, body in endpoint.bodies.items() if not is_trial(body)]
    return {digest: (endpoint.received[digest], endpoint.paid[digest]) for digest in mine}


def is_trial(body):
    """Whether a request is one of the probe's trial questions, or a part of one."""
    return HEAD in str(body["messages"][0]["content"])
