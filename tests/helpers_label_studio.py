"""One story of a study in Label Studio, told twice: on a real server, and from what that server had answered."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from helpers_study import a_claim

from referee_calib.label_studio import project_status, pull_ratings, push_claims
from referee_calib.label_studio.annotation_check import (
    COPIED,
    DRAWN,
    MOVED,
    NO_CLAIM,
    NOT_ALL,
    OFF_SCALE,
    REMOVED,
    SOMEBODY_ELSE,
    TWICE,
    UNFINISHED,
)
from referee_calib.label_studio.annotation_server import AnnotationServer
from referee_calib.label_studio.project_pull import GONE
from referee_calib.records import Claim
from referee_calib.study import Study

MEDIA = Path(__file__).parent.parent / "data" / "sample_study" / "media"
RECORDING = Path(__file__).parent / "label_studio" / "recorded_answers.json"
STEADY, VARIABLE = "approach.mp4", "stutter.mp4"
NAMES = ["anna@example.org=anna", "bert@example.org=bert"]
CARL = "label-studio-4"  # the fourth account; nobody stated who it is
METHODS = (
    *("users", "project", "create_project", "update_project", "tasks", "import_tasks", "export", "uploads", "upload"),
    *("local_folders", "add_local_folder"),
)
Act = Callable[[str], None]


def small_claims() -> list[Claim]:
    """A box, a span, both, text that would be markup and turned around, and a claim on a video of variable rate."""
    box = ((2.0, 0.2, 0.2, 0.5, 0.6),)
    return [
        a_claim(0, STEADY, boxes=box, answer="Left"),
        a_claim(1, STEADY, boxes=(), span=(1.0, 3.0)),
        a_claim(2, STEADY, boxes=((3.6, 0.1, 0.2, 0.3, 0.4),), span=(3.0, 4.0)),
        a_claim(3, STEADY, boxes=box, object="<b>red</b> \u202ellab"),
        a_claim(4, VARIABLE, boxes=box),
    ]


def small_study(folder: Path) -> Study:
    """Make a study of five claims on two clips of the sample study."""
    made = Study.create(folder, name="Orange ball", clock="file")
    for name in (STEADY, VARIABLE):
        shutil.copy(MEDIA / name, made.media / name)
    made.add_claims(small_claims())
    return made


class RecordingServer:
    """Passes every call on to a real server and keeps what was asked and answered."""

    def __init__(self, real: AnnotationServer) -> None:
        self._real, self.calls = real, list[dict[str, Any]]()

    def __getattr__(self, name: str) -> Any:
        if name not in METHODS:
            return getattr(self._real, name)

        def called(*given: Any) -> Any:
            answer = getattr(self._real, name)(*given)
            self.calls.append({"method": name, "arguments": plain(given), "answer": without_copies(answer)})
            return answer

        return called


class RecordedServer:
    """Answers what the real server answered, as long as it is asked the same."""

    def __init__(self, calls: Sequence[Mapping[str, Any]]) -> None:
        self.url, self._calls, self._config = "http://127.0.0.1:8080", list(calls), ""

    def __getattr__(self, name: str) -> Any:
        if name not in METHODS:
            raise AttributeError(name)

        def called(*given: Any) -> Any:
            call = self._calls.pop(0)
            assert (name, plain(given)) == (call["method"], call["arguments"]), "record anew: make label-studio"
            if name == "create_project":
                self._config = given[0]["label_config"]
            answer = deepcopy(call["answer"])
            # the server gives back the configuration that it was given; the words of the rubric may have changed since
            return answer | {"label_config": self._config} if name == "project" else answer

        return called

    @property
    def left(self) -> int:
        """How many answers nobody asked for."""
        return len(self._calls)


def recorded(pulls: Sequence[int] = (0, 1, 2, 3)) -> RecordedServer:
    """Return the server of the recording, with the answers to these of its four pulls."""
    calls = json.loads(RECORDING.read_text(encoding="utf-8"))
    start = next(place for place, call in enumerate(calls) if call["method"] == "users") - 1
    # each pull asks for the project, the users and the export; so does the status, which comes last
    asked = [calls[place : place + 3] for place in range(start, len(calls), 3)]
    kept = [call for number in (*pulls, len(asked) - 1) for call in asked[number]]
    return RecordedServer([*calls[:start], *kept])


def without_copies(answer: Any) -> Any:
    """Return an answer without the predictions that every annotation of an export repeats."""
    if isinstance(answer, Mapping):
        return {key: without_copies(value) for key, value in answer.items() if key != "prediction"}
    return [without_copies(one) for one in answer] if isinstance(answer, list) else deepcopy(answer)


def plain(given: Any) -> Any:
    """Return arguments as JSON types, without what changes with the wording of the rubric and with the machine."""
    if isinstance(given, Path):
        return given.name
    if isinstance(given, Mapping):
        left_out = ("label_config", "description", "rubric")
        return {key: plain(value) for key, value in given.items() if key not in left_out}
    if isinstance(given, list | tuple):
        return [plain(one) for one in given]
    return round(given, 6) if isinstance(given, float) else given


def tell_story(study: Study, server: AnnotationServer, act: Act) -> None:
    """Push, annotate, pull, correct, pull, remove, pull; `act` is told what people do in between."""
    push_twice(study, server)
    project = study.config.label_studio.project
    act("annotate")
    pull_what_is_right(study, server, project)
    again = pull_ratings(study, server, project)
    assert (again.stored.ratings, again.stored.new, again.stored.known) == (15, 0, 15)
    act("correct")
    corrected = pull_ratings(study, server, project)
    assert (corrected.stored.new, corrected.stored.known) == (2, 13)
    latest = {(one.rater, one.dimension): one.level for one in study.ratings() if one.claim == study.claims()[0].id}
    assert latest["anna", "relevance"] == 1
    assert len(study.ratings(history=True)) == 17  # 15 and the two of the corrected annotation
    act("remove")
    last = pull_ratings(study, server, project)
    assert last.stored.new == 0
    assert last.read.remarks[GONE].names == [f"claim {study.claims()[0].id} by bert"]
    found = project_status(study, server, project)
    assert (found.claims, found.there, found.waiting, found.foreign) == (5, 4, 0, 1)
    assert found.by_user == {"anna": 4, "bert": 1, CARL: 2}
    # the claims have 2 (anna, carl), 3 (all), 1, 1 (anna) and, never pushed, 0 usable annotations
    assert found.by_annotations == {0: 1, 1: 2, 2: 1, 3: 1}


def push_twice(study: Study, server: AnnotationServer) -> None:
    """Push everything that can be pushed, and nothing again."""
    first = push_claims(study, server, overlap=3)
    assert (first.made, first.claims, first.added, first.there, first.uploaded) == (True, 5, 4, 0, 1)
    (why,) = first.refused
    assert "stutter.mp4 has a variable frame rate" in why
    assert first.refused[why] == [study.claims()[4].id]
    second = push_claims(study, server, project=first.project)
    assert (second.made, second.added, second.there, second.uploaded) == (False, 0, 4, 0)


def pull_what_is_right(study: Study, server: AnnotationServer, project: int) -> None:
    """Pull for the first time and look at every rating, and at everything that is not taken."""
    done = pull_ratings(study, server, project, stated=NAMES)
    assert (done.stored.ratings, done.stored.new, done.stored.raters) == (15, 15, ("anna", "bert", CARL))
    assert {one.name: one.origin for one in study.raters()} == dict.fromkeys(["anna", "bert", CARL], "label_studio")
    assert levels(study) == {
        ("anna", 0): {"relevance": 4, "localization": 2},
        ("anna", 1): {"relevance": 3, "timing": 0},
        ("anna", 2): dict.fromkeys(("relevance", "localization", "timing"), "not visible"),
        ("anna", 3): {"relevance": 1, "localization": 1},
        ("bert", 0): {"relevance": 4, "localization": 3},
        ("bert", 1): {"relevance": "skipped", "timing": "skipped"},
        (CARL, 0): {"localization": 2},
        (CARL, 1): {"relevance": 2},
    }
    noted = next(one for one in study.ratings() if one.note)
    assert (noted.rater, noted.note, noted.seconds, noted.origin) == ("anna", "clear", 12.5, "label_studio")
    assert noted.rubric == study.rubric.version
    counts = {reason: one.count for reason, one in done.read.excluded.items()}
    once = (MOVED, REMOVED, OFF_SCALE, SOMEBODY_ELSE, COPIED, NO_CLAIM, UNFINISHED)
    assert counts == dict.fromkeys(once, 1)
    assert "user 3" in done.read.excluded[MOVED].names[0]
    assert "relevance: '9'" in done.read.excluded[OFF_SCALE].names[0]
    assert {what: one.count for what, one in done.read.remarks.items()} == {TWICE: 1, NOT_ALL: 1, DRAWN: 1}
    assert study.config.label_studio.raters == ("2=anna", "3=bert", f"4={CARL}")


def levels(study: Study) -> dict[tuple[str, int], dict[str, int | str]]:
    """Levels, or the reasons why there is none, by rater and claim."""
    place = {one.id: index for index, one in enumerate(study.claims())}
    found: dict[tuple[str, int], dict[str, int | str]] = {}
    for one in study.ratings():
        value = one.reason if one.level is None else one.level
        found.setdefault((one.rater, place[one.claim]), {})[one.dimension] = value
    return found
