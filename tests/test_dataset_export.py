"""``referee-calib export --dataset``: tables, card and metadata that agree with each other; names stay in the study."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from helpers_verdict import make_study, run

from agreement import krippendorff_alpha
from referee_calib.dataset_export.dataset_tables import pseudonyms
from referee_calib.records import Mark, Rating
from referee_calib.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    made = make_study(tmp_path_factory.mktemp("made") / "study", videos=20)
    made.add_rater("Zoë Smith")
    first = made.claims()[0].id
    rating = {"claim": first, "rater": "Zoë Smith", "dimension": "relevance", "note": "my own car", "origin": "app"}
    made.add_ratings([Rating(level=0, **rating), Rating(reason="not visible", **rating)])  # the second counts
    return made


@pytest.fixture(scope="module")
def dataset(study, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "deep" / "set"
    done = run("export", study.folder, "--dataset", folder, "--license", "cc-by-4.0", "--json")
    assert done.exit_code == 0, done.stderr
    # 20 videos of 2 claims with a box each; 4 raters and the referee on 2 dimensions; Zoë's latest
    assert json.loads(done.stdout)["dataset"]["rows"] == {"ratings": 321, "claims": 40, "boxes": 40, "scores": 80}
    return folder


def table(dataset: Path, name: str):
    return pq.read_table(dataset / "data" / f"{name}.parquet")


def test_croissant_names_each_file_by_its_digest_and_each_column(dataset) -> None:
    found = json.loads((dataset / "croissant.json").read_text(), parse_constant=pytest.fail)
    files = {one["@id"]: one for one in found["distribution"]}
    assert {one["contentUrl"] for one in files.values()} == {
        f"data/{path.name}" for path in (dataset / "data").iterdir()
    }
    for one in files.values():
        assert one["sha256"] == hashlib.sha256((dataset / one["contentUrl"]).read_bytes()).hexdigest()
    for records in found["recordSet"]:
        columns = [field["source"]["extract"]["column"] for field in records["field"]]
        assert columns == table(dataset, records["name"]).column_names
        assert {field["source"]["fileObject"]["@id"] for field in records["field"]} == {f"{records['name']}-file"}
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "Raters are pseudonyms" in found["rai:personalSensitiveInformation"]
    assert "not part of it, nor are the raters' names" in " ".join(found["rai:dataLimitations"])


def test_nothing_that_is_published_holds_a_name_or_a_note(dataset, study, tmp_path) -> None:
    for path in dataset.rglob("*.*"):
        held = path.read_bytes()
        assert "Zoë".encode() not in held, path
        assert b"my own car" not in held, path
    raters = set(table(dataset, "ratings").column("rater").to_pylist())
    assert raters == {"r1", "r2", "r3", "r4", "r5"}
    run("export", study.folder, "--dataset", tmp_path / "named", "--license", "mit", "--rater-names")
    assert "Zoë Smith" in table(tmp_path / "named", "ratings").column("rater").to_pylist()
    assert "as they are called in the study" in (tmp_path / "named" / "README.md").read_text()


def test_the_agreement_on_the_card_is_that_of_its_tables(dataset) -> None:
    card = (dataset / "README.md").read_text()
    frame = table(dataset, "ratings").to_pandas()
    mine = frame[(frame["dimension"] == "localization") & frame["level"].notna()]
    wide = mine.pivot(index="claim", columns="rater", values="level").to_numpy(dtype=float)
    alpha = krippendorff_alpha(wide, level="ordinal", scale=range(5)).value
    row = next(line for line in card.splitlines() if line.startswith("| Localization | 160 | 40 | 40 | 4 |"))
    assert f"| {alpha:.3f} [" in row
    ratings = dataset / "data" / "ratings.parquet"
    options = {"unit": "claim", "value": "level", "cluster": "video", "scale": "0:4", "question": "localization"}
    again = run("agree", ratings, *(word for key, value in options.items() for word in (f"--{key}", value)))
    assert row.split("|")[6].strip() in again.stdout.replace("\N{NO-BREAK SPACE}", " ")


def test_the_card_says_what_hubs_read_and_what_is_left_out(dataset) -> None:
    card = (dataset / "README.md").read_text()
    assert "Times are seconds from the first frame of the video." in card
    header = card.split("---\n")[1]
    for line in ("license: cc-by-4.0", 'pretty_name: "Made"', "- config_name: ratings", "- n<1K", "  default: true"):
        assert line in header.splitlines()
    assert "simulated" not in card.replace("`simulated` | true where a program gave it", "")
    assert "1 judgement(s) have a reason instead of a level" in card
    assert "1 earlier rating(s) that were corrected later" in card


def test_simulated_ratings_are_called_so_first(tmp_path) -> None:
    made = make_study(tmp_path / "study", videos=6, simulated=True)
    done = run("export", made.folder, "--dataset", tmp_path / "set", "--license", "CC0-1.0")
    assert "96 of 96 ratings are simulated" in done.stdout  # 6 videos of 2 claims, 4 raters, 2 dimensions
    card = (tmp_path / "set" / "README.md").read_text()
    assert card.split("# Made\n\n")[1].startswith(
        "**96 of 96 ratings are simulated: a program gave them, and no person.**"
    )
    assert "- machine-generated" in card
    assert all(table(tmp_path / "set", "ratings").column("simulated").to_pylist())
    found = json.loads((tmp_path / "set" / "croissant.json").read_text())
    assert "96 of 96 ratings are simulated" in found["description"]


def test_what_cannot_be_published_is_said_in_one_line_and_leaves_nothing(study, dataset, tmp_path) -> None:
    bare = Study.create(tmp_path / "bare", name="Bare")
    for folder, arguments, said in (
        (study.folder, ("--dataset", tmp_path / "a"), "only you can state it"),
        (study.folder, ("--dataset", tmp_path / "a", "--license", "mine"), "known are cc0-1.0"),
        (study.folder, ("--dataset", dataset, "--license", "mit"), "overwrites nothing"),
        (bare.folder, ("--dataset", tmp_path / "a", "--license", "mit"), "nobody has rated"),
    ):
        done = run("export", folder, *arguments)
        assert done.exit_code == 2
        assert said in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["bare"]


def test_an_interrupted_export_leaves_nothing(study, tmp_path, monkeypatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("referee_calib.dataset_export.dataset_folder.write_bytes", stop)
    run("export", study.folder, "--dataset", tmp_path / "set", "--license", "mit")
    assert list(tmp_path.iterdir()) == []


def test_what_raters_marked_is_a_table_of_its_own(tmp_path) -> None:
    made = make_study(tmp_path / "study", videos=6)
    first = made.claims()[0].id
    made.add_rater("Zyta")
    box = (0.5, 0.1, 0.1, 0.4, 0.5)
    made.add_marks([Mark(claim=first, rater="Zyta", boxes=(box,), span=(1.0, 2.5), note="hers", origin="app")])
    run("export", made.folder, "--dataset", tmp_path / "set", "--license", "mit")
    (mark,) = table(tmp_path / "set", "marks").to_pylist()
    assert (mark["span_start"], mark["span_end"], mark["simulated"]) == (1.0, 2.5, False)
    boxes = [row for row in table(tmp_path / "set", "boxes").to_pylist() if row["kind"] == "marked"]
    assert boxes == [
        dict(
            zip(
                ("claim", "kind", "rater", "t", "x1", "y1", "x2", "y2"),
                (first, "marked", mark["rater"], *box),
                strict=True,
            )
        )
    ]
    assert b"Zyta" not in b"".join(path.read_bytes() for path in (tmp_path / "set").rglob("*.*"))
    assert "### data/marks.parquet" in (tmp_path / "set" / "README.md").read_text()


def test_pseudonyms_follow_no_order_of_names() -> None:
    names = [f"rater {letter}" for letter in "abcdefghij"]
    given = pseudonyms(names, "2026-01-01")
    assert sorted(given.values(), key=lambda one: int(one[1:])) == [f"r{number}" for number in range(1, 11)]
    assert [given[name] for name in names] != [f"r{number}" for number in range(1, 11)]
    assert given == pseudonyms(names[::-1], "2026-01-01")
