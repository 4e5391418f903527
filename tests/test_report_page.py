"""The page and report.json of a made-up analysis: nothing leaves it, nothing is left unsaid."""

import base64
import hashlib
import json
import re
import typing
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers_report import SCRIPT, dimension, full_report, make_analysis, make_small, small_report, undefined

from agreement import Estimate
from agreement.calibration.curve import calibration_curve
from referee_calib.errors import InputError
from referee_calib.report import SCHEMA, ReportJson, build, dumps, read_report, render_html
from referee_calib.report.sections import sections
from referee_calib.report.wording.number_format import interval, number, signed
from referee_calib.rubric import load

VOID = {"meta", "img", "br", "link", "hr"}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.cells, self.open, self.texts, self.unbalanced = [], {}, [], [], []
        self._key = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag not in VOID:
            self.open.append(tag)
        if "data-key" in attrs:
            self._key = attrs["data-key"]
            self.cells[self._key] = ""

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.unbalanced.append(tag)
        if tag == "td":
            self._key = None

    def handle_data(self, data):
        self.texts.append(data)
        if self._key:
            self.cells[self._key] += data.strip()

    def named(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def text(report):
    return render_html(json.loads(dumps(report)))


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def against_schema(value, kind, where="report"):
    """Yield where a JSON value differs from a typed dictionary, a list or a plain type."""
    if typing.is_typeddict(kind):
        hints = typing.get_type_hints(kind)
        whole = typing.get_type_hints(kind, include_extras=True).items()
        may_lack = {name for name, hint in whole if typing.get_origin(hint) is typing.NotRequired}
        keys = set(value) if isinstance(value, dict) else {str(type(value))}
        if wrong := (keys ^ set(hints)) - (may_lack - keys):
            yield f"{where}: {sorted(wrong)}"
            return
        for key in keys:
            yield from against_schema(value[key], hints[key], f"{where}.{key}")
    elif typing.get_origin(kind) is list:
        if not isinstance(value, list):
            yield f"{where}: {type(value)}"
            return
        for one in value:
            yield from against_schema(one, typing.get_args(kind)[0], f"{where}[]")
    elif typing.get_origin(kind) in (dict, Mapping):
        for key, one in value.items() if isinstance(value, dict) else [("", None)]:
            yield from against_schema(one, typing.get_args(kind)[1], f"{where}.{key}")
    elif args := typing.get_args(kind):
        if not any(not list(against_schema(value, one, where)) for one in args):
            yield f"{where}: {type(value)} is none of {args}"
    elif kind is not typing.Any and not isinstance(value, (int, float) if kind is float else kind):
        yield f"{where}: {type(value)} is no {kind}"


def test_a_built_report_has_the_documented_shape_and_no_nan(report):
    read = json.loads(dumps(report), parse_constant=pytest.fail)
    assert list(against_schema(read, ReportJson)) == []
    assert dumps(full_report()) == dumps(report)
    broken = read | {"seed": "0"}
    assert list(against_schema(broken, ReportJson)) == ["report.seed: <class 'str'> is no <class 'int'>"]
    with pytest.raises(ValueError, match="JSON"):
        dumps({"value": float("nan")})


def test_a_report_of_another_schema_is_refused_in_one_line(report, tmp_path):
    path = tmp_path / "report.json"
    path.write_text(dumps(report))
    assert read_report(path) == json.loads(dumps(report))
    path.write_text('{"schema": "referee-calib/report/1"}')
    with pytest.raises(InputError, match=rf"report/1, and this version reads {SCHEMA}\. Make it anew"):
        read_report(path)
    path.write_text("[")
    with pytest.raises(InputError, match="no report can be read"):
        read_report(path)


def test_json_says_where_it_comes_from(report):
    assert report["schema"] == SCHEMA
    assert report["referee"]["fingerprint"] == "3fa9c2d4b1e07a66"
    assert report["referee"]["description"]["name"] == "pixels"
    assert [row["sha256"] for row in report["inputs"]] == ["a" * 64, "b" * 64, "c" * 64]
    assert report["rubric"]["version"] == load().version
    assert set(report["versions"]) >= {"python", "referee-calib", "numpy", "scipy"}
    assert report["seed"] == 0
    assert report["limits"]
    assert all(row["link"].startswith("https://doi.org/") for row in report["references"])


def test_the_reward_that_was_examined_is_named(report, page):
    assert report["rewards"]["examined"]["fingerprint"] == "0123456789abcdef"
    assert "0123456789abcdef" in "".join(page.texts)


def test_page_is_drawn_from_json_alone_and_the_same_twice(report, text):
    assert render_html(json.loads(dumps(report))) == text


def test_page_is_well_formed_with_unique_ids(page):
    assert page.unbalanced == []
    assert page.open == []
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    anchors = {attrs["href"][1:] for attrs in page.named("a") if attrs["href"].startswith("#")}
    assert anchors <= set(ids)
    named = {i for _, a in page.tags for key in ("aria-labelledby",) if key in a for i in a[key].split()}
    assert named <= set(ids)


def test_no_request_leaves_the_page_and_its_one_script_is_named_by_its_hash(page, text):
    assert not {"link", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in page.tags}
    for tag, attrs in page.tags:
        for key in ("src", "href", "xlink:href", "srcset", "poster", "action"):
            value = attrs.get(key)
            if value is None:
                continue
            plain_link = tag == "a" and value.startswith("https://doi.org/")
            assert plain_link or value.startswith(("#", "data:image/jpeg;base64,")), (tag, key, value)
    assert all(inner.startswith("#") for inner in re.findall(r"url\(\s*['\"]?([^)]*)", text))
    assert "@import" not in text
    policy = next(a["content"] for a in page.named("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy


def test_texts_of_models_are_never_html(page, text):
    assert SCRIPT not in text
    assert "".join(page.texts).count(SCRIPT) >= 3  # question, object and reason are shown as they are
    assert not [(tag, key) for tag, attrs in page.tags for key in attrs if key.startswith("on")]


def test_every_cell_of_every_table_shows_what_the_table_holds(report, page):
    seen = 0
    for section in sections(report):
        for table in section.tables():
            for row in () if table.file_only else table.rows:
                for column, cell in zip(table.columns, row.cells, strict=True):
                    key = ".".join([table.name, *map(str, row.key.values()), column.key])
                    if key in page.cells and not cell.state:
                        assert page.cells[key] == cell.text.strip() + cell.interval + cell.reason
                        seen += 1
    assert seen > 300


def test_every_agreement_cell_shows_the_number_of_the_json(report, page):
    seen = 0
    for item in report["dimensions"]:
        name = item["dimension"]
        for row in item["coefficients"]:
            for who in ("people", "referee", "difference"):
                value = (signed if who == "difference" else number)(row[who]["value"])
                assert page.cells[f"agreement.{name}.{row['name']}.{who}"] == value + interval(row[who])
                seen += 1
        for row in item["leave_one_out"]:
            shown = page.cells[f"leave_one_out.{row['rater']}.{name}"]
            assert shown == number(row["estimate"]["value"]) + interval(row["estimate"])
        for row in item["leniency"]["raters"]:
            shown = page.cells[f"leniency.{row['rater']}.{name}"]
            assert shown == signed(row["estimate"]["value"]) + interval(row["estimate"])
        for key in ("msc_corrected", "dsc_corrected", "unc", "noise_floor"):
            assert page.cells[f"calibration.{key}.{name}"].startswith(number(item["calibration"][key], 3))
        assert len(item["by_level"]) == 7
        for row in item["by_level"]:
            shown = page.cells[f"by_level.{row['name']}.{name}"]
            assert shown == number(row["estimate"]["value"]) + interval(row["estimate"])
        for key, value in item["counts"].items():
            assert page.cells[f"counts.{key}.{name}"] == str(value)
        for person, row in enumerate(item["confusion"]["counts"]):
            assert [page.cells[f"confusion.{name}.{person}.{level}"] for level in range(5)] == list(map(str, row))
    assert seen == 36  # 3 dimensions × 4 coefficients × 3 columns


def test_every_response_cell_shows_the_number_of_the_json(report, page):
    for item in report["response_curves"]:
        for line in item["rewards"]:
            for delta, value in zip(item["deltas"], line["mean"], strict=True):
                assert page.cells[f"responses.{item['key']}.{line['role']}.{delta:g}"] == number(value)
            shown = page.cells[f"responses.{item['key']}.{line['role']}.background"]
            assert shown == number(line["wrong"][0]["mean"])


def test_what_is_kept_at_a_small_step_is_said_under_the_figure(report, page):
    # IoU of a span moved by 0.1 lengths is (1 − 0.1) / (1 + 0.1) = 0.818 of the 1 it starts from
    assert report["response_curves"][1]["rewards"][1]["retained"] == pytest.approx(0.9 / 1.1)
    assert "tIoU keeps 82 %" in "".join(page.texts)


def test_excluded_rows_are_counted_and_named(report, page):
    assert page.cells["exclusions.relevance.rating without a level.rows"] == "3"
    assert page.cells["exclusions.localization.failed score.rows"] == "50"
    assert report["excluded_rows"][1]["rows"] == len(report["excluded_rows"][1]["names"]) == 50
    said = "".join(page.texts)
    assert "c01/anna" in said
    assert page.cells["parse_failures.box_reversed.count"] == "3"
    assert "box reversed" in said
    assert "A note on the study." in said
    assert "and 47 more in report.json" in said  # 50 names, 3 are listed


def test_simulated_ratings_wear_a_badge(page):
    assert [a for tag, a in page.tags if a.get("class") == "badge"]
    real = Page(render_html(small_report(n_simulated=0, origins=(("app", 1530),))))
    assert not [a for tag, a in real.tags if a.get("class") == "badge"]
    assert "imulated" not in "".join(t for t in real.texts if "Simulated" in t or "simulated ratings" in t)


def test_tables_have_captions_and_header_cells_have_a_scope(page):
    assert len(page.named("caption")) == len(page.named("table")) > 5
    assert all("scope" in attrs for attrs in page.named("th"))
    assert all(attrs.get("alt") for attrs in page.named("img"))


def test_headings_do_not_skip_a_step(page):
    steps = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert steps[0] == 1
    assert steps.count(1) == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(steps))


def test_a_claim_without_a_frame_says_why(page):
    assert len(page.named("img")) == 5  # of six claims, one could not be read
    assert "clip_03.mp4: the file ends before 4.2 s" in "".join(page.texts)


def test_sections_come_in_their_order_and_are_open_on_request_only(report, page):
    shown = [a["id"] for tag, a in page.tags if tag == "section" and "h-checks" not in a.values()]
    assert shown == [section.id for section in sections(report)]
    assert not [a for a in page.named("details") if "open" in a]
    full = Page(render_html(report, full=True))
    assert len([a for a in full.named("details") if "open" in a]) == len(shown)


def test_undefined_figures_are_shown_with_their_reason():
    broken = dimension("timing", 0.66, 0.63, -0.05, 3)
    none: Estimate = undefined("no claim has two ratings")
    broken = replace(
        broken,
        coefficients=tuple(replace(row, people=none, difference=none) for row in broken.coefficients),
        leniency=undefined("nothing was scored"),
        leniency_by_rater=(),
        leave_one_out=(),
        calibration=calibration_curve(np.full(3, np.nan), np.ones((3, 2))),
        confusion=((0,) * 5,) * 5,
    )
    report = json.loads(dumps(full_report(dimensions=(broken,))))
    page = Page(render_html(report))
    assert page.cells["agreement.timing.cohen_kappa_quadratic.people"] == "not definedno claim has two ratings"
    assert page.cells["leniency.None.timing"] == "not definednothing was scored"
    assert page.cells["calibration.msc_corrected.timing"].startswith("not defined")
    assert not [a for tag, a in page.tags if tag == "figure" and a.get("id", "").startswith("figure-calibration")]


def test_a_number_without_an_interval_says_why():
    part = make_small().dimensions[0]
    bare = Estimate(0.0, None, None, reason="the rater gave one level only")
    rows = (replace(part.leave_one_out[0], estimate=bare), *part.leave_one_out[1:])
    page = Page(render_html(small_report(dimensions=(replace(part, leave_one_out=rows),))))
    assert page.cells["leave_one_out.anna.relevance"] == "0.00no interval: the rater gave one level only"


def test_an_empty_analysis_still_makes_a_page():
    empty = make_analysis(dimensions=(), rewards=(), responses=(), disagreements=(), losses=())
    said = "".join(Page(render_html(build(empty, load()))).texts)
    assert "Nothing was rated" in said
    assert "No row was excluded." in said


def test_the_documented_keys_are_those_of_the_json(report):
    text = (Path(__file__).parents[1] / "docs" / "reference" / "report.md").read_text(encoding="utf-8")
    table = text.split("## report.json")[1]
    first = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    documented = {name.removesuffix("[]") for cell in first for name in re.findall(r"`([^`]+)`", cell)}
    assert documented <= set(report)
    # what the table leaves out is said elsewhere in the page or is plain
    assert set(report) - documented == {
        "title", "study", "counts", "ratings", "notes", "methods", "references", "limits", "confidence",
    }  # fmt: skip
