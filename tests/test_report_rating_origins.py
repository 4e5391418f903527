"""The report says where ratings were collected, and whether raters could see each other's there."""

from __future__ import annotations

from helpers_report import small_report

from referee_calib.rating_origins import ORIGINS, blindness_limits, rating_origin
from referee_calib.report import render_html, render_markdown


def test_every_place_is_named_with_its_ratings_and_whether_they_could_be_seen() -> None:
    report = small_report(n_simulated=0, n_ratings=10, origins=(("app", 4), ("label_studio", 5), ("quiz", 1)))
    rows = {row["origin"]: (row["rows"], row["blind"]) for row in report["ratings"]["collection"]}
    assert rows == {"app": (4, True), "label_studio": (5, False), "quiz": (1, None)}
    for page in (render_html(report), render_markdown(report)):
        assert "In Label Studio raters can see, change and export each other" in page
        assert "How ratings were collected in quiz is not recorded." in page


def test_what_was_not_rated_alone_is_a_limit_and_comes_first() -> None:
    report = small_report(n_simulated=0, n_ratings=10, origins=(("app", 4), ("label_studio", 5), ("cvat", 1)))
    first, second, *_ = report["limits"]
    assert first.startswith("That people judged alone. 5 of 10 ratings were collected in Label Studio, where")
    assert second.startswith("Whether people judged alone in CVAT: of 1 of 10 ratings nobody knows")
    assert blindness_limits({"app": 3, "simulated": 4}) == []


def test_every_known_place_says_a_sentence_about_itself() -> None:
    assert {"app", "label_studio", "simulated", "imported", "potato", "argilla", "cvat", "table"} <= set(ORIGINS)
    for name, one in ORIGINS.items():
        assert one.collected.endswith("."), name
    assert rating_origin("some_tool").blind is None
