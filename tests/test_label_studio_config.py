"""What Label Studio asks: the rubric's dimensions and levels, whatever they are, in words that stay text."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from helpers_label_studio import STEADY, small_claims, small_study
from helpers_video import render

from referee_calib.errors import InputError, VideoError
from referee_calib.label_studio import checked_address, crosses_network_in_clear, labeling_config
from referee_calib.label_studio.evidence_regions import changed_evidence, evidence_regions
from referee_calib.label_studio.labeling_config import asked_words
from referee_calib.label_studio.served_videos import served_video
from referee_calib.label_studio.task_rows import task_row
from referee_calib.rubric import Rubric, Scale, load
from referee_calib.study import Study, make_playable_copies


def rubric(levels: int, *dimensions: str) -> Rubric:
    scales = tuple(
        Scale(name, name.title(), f"Wie gut, {name}?", "Schau hin.", tuple(f"Stufe <{k}>" for k in range(levels)))
        for name in dimensions
    )
    return Rubric("1-abcd", scales)


@pytest.mark.parametrize("levels", [2, 5, 11])
@pytest.mark.parametrize("dimensions", [("relevance",), ("localization", "timing")])
def test_every_dimension_of_the_rubric_is_asked_with_all_its_levels(levels: int, dimensions: tuple[str, ...]) -> None:
    root = ElementTree.fromstring(labeling_config(rubric(levels, *dimensions)))
    choices = {one.get("name"): [answer.get("alias") for answer in one] for one in root.iter("Choices")}
    asked = {name: [str(level) for level in range(levels)] for name in dimensions}
    assert {name: answers for name, answers in choices.items() if name not in ("asked", "skip")} == asked
    assert all(one.get("required") == "true" for one in root.iter("Choices") if one.get("name") in dimensions)
    shown = {one.get("whenChoiceValue") for one in root.iter("View")} - {None}
    assert shown == set(dimensions)
    words = next(root.iter("Choice"))
    assert words is not None
    assert root.find(".//Choice[@alias='1']").get("value") == "1 · Stufe <1>"  # type: ignore[union-attr]


def test_a_dollar_sign_is_no_field_of_a_task() -> None:
    words = Rubric("1", (Scale("relevance", "Price", "Is it $5 or $question?", "", ("no", "yes $x")),))
    config = labeling_config(words)
    own = ("$video", "$fps", "$question", "$answer", "$evidence")
    for name in own:
        config = config.replace(f'"{name}"', "").replace(f": {name}", "")
    assert "$" not in config


def test_the_same_words_are_the_same_whatever_the_page_looks_like() -> None:
    config = labeling_config(load())
    assert asked_words(config.replace('height="480"', 'height="300"')) == asked_words(config)
    assert asked_words(config.replace("Nothing to do with the question", "Off topic")) != asked_words(config)
    for broken in ("no xml", "<!DOCTYPE View><View/>"):
        with pytest.raises(ValueError, match=r"XML"):
            asked_words(broken)


def test_a_task_shows_the_claims_own_seconds_and_no_score(tmp_path_factory: pytest.TempPathFactory) -> None:
    study = small_study(tmp_path_factory.mktemp("s") / "study")
    video = served_video(study, STEADY)
    _, _, both, odd, _ = small_claims()
    task = task_row(both, study.rubric, video, "/data/x.mp4")
    assert task["data"]["evidence"] == "ball, box at 3.60 s, span from 3.00 to 4.00 s"
    assert task["data"]["fps"] == "25"
    asked, box, span = task["predictions"][0]["result"]
    assert asked["value"]["choices"] == ["relevance", "localization", "timing"]
    # at 25 frames a second frame 1 is shown from 0 s, so frame 91 from 3.60 s; the last before 4.00 s begins at 3.96 s
    assert box["value"]["sequence"][0]["frame"] == 91
    assert span["value"]["ranges"] == [{"start": 76, "end": 100}]
    assert (box["readonly"], span["readonly"]) == (True, True)
    assert "U+202E" in task_row(odd, study.rubric, video, "")["data"]["evidence"]
    with pytest.raises(VideoError, match=r"variable frame rate: .*referee-calib annotate"):
        served_video(study, "stutter.mp4")


def test_a_video_is_served_as_the_copy_that_browsers_play_and_a_late_one_is_not(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    study = Study.create(tmp_path_factory.mktemp("s") / "study")
    render(study.media / "old.mp4", 12, codec="mpeg4")
    with pytest.raises(VideoError, match=r"does not play in every browser: .*referee-calib media \S+ --playable"):
        served_video(study, "old.mp4")
    make_playable_copies(study.folder, ["old.mp4"], study.media_path)
    served = served_video(study, "old.mp4")
    assert (served.path.parent.name, served.fps, len(served.times)) == ("playable", 30, 12)
    render(
        study.media / "late.mp4", 12, ticks=[10 * k + 30 for k in range(12)]
    )  # from 0.1 s on: 3 frames of 30 a second
    with pytest.raises(VideoError, match=r"its first frame comes at 0\.100 s .*referee-calib annotate"):
        served_video(study, "late.mp4")


def test_moved_and_removed_evidence_is_seen_and_rounding_is_not(tmp_path_factory: pytest.TempPathFactory) -> None:
    study = small_study(tmp_path_factory.mktemp("s") / "study")
    claim = small_claims()[2]

    def regions() -> list[dict]:  # type: ignore[type-arg]
        return evidence_regions(claim, served_video(study, STEADY), ("relevance",))

    assert changed_evidence(regions(), regions()) == ("", 0)
    came_back = regions()
    key = came_back[1]["value"]["sequence"][0]
    key.update(time=3.64, x=key["x"] + 0.01)  # Label Studio's own arithmetic of times, and its rounding
    assert changed_evidence(regions(), came_back) == ("", 0)
    key["x"] += 0.2
    assert changed_evidence(regions(), came_back) == ("moved", 0)
    later = regions()
    later[2]["value"]["ranges"][0]["end"] += 1
    assert changed_evidence(regions(), later) == ("moved", 0)
    assert changed_evidence(regions(), regions()[:2]) == ("removed", 0)
    assert changed_evidence(regions(), [*regions(), regions()[1]]) == ("", 1)
    assert changed_evidence(regions(), [*regions()[::2], {"type": "videorectangle", "value": {}}])[0] == "moved"


def test_an_address_is_checked_before_anything_is_sent() -> None:
    assert checked_address(" https://labels.example.org/base/ ") == "https://labels.example.org/base"
    for wrong in ("", "labels.example.org", "file:///etc/passwd", "https://anna:secret@labels.example.org"):
        with pytest.raises(InputError) as refused:
            checked_address(wrong)
        assert "secret" not in str(refused.value)
    clear = ("http://labels.example.org", "http://192.168.0.7:8080")
    safe = ("https://labels.example.org", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080")
    assert all(map(crosses_network_in_clear, clear))
    assert not any(map(crosses_network_in_clear, safe))
