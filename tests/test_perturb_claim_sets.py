"""Perturbed claims can be written, imported into a study for people, and led back to what they were made of."""

import json
from dataclasses import replace

import pytest
from helpers_referee import scene, write_clip

from referee_calib.errors import InputError
from referee_calib.io import json_lines
from referee_calib.perturbation import (
    KINDS,
    ReferenceObject,
    ReferenceObjects,
    claim_random,
    kinds,
    perturbed,
    read_links,
    render_media,
    write_claims,
)
from referee_calib.records import Claim
from referee_calib.study import Study
from referee_calib.study.intake.importing import import_files

BOX = (1.0, 0.4, 0.4, 0.5, 0.55)
STARTS = [
    Claim(video=video, question="Where?", object="red ball", boxes=(BOX,), span=(2.0, 3.0), rollout=f"r{i}", index=i)
    for i, video in enumerate(["a.mp4", "a.mp4", "b.mp4"])
]


def test_claims_come_with_links_and_what_did_not_apply_is_counted():
    steps = [replace(KINDS["shift_x"], delta=d) for d in (0.0, 0.1)] + [replace(KINDS["frames_late"], delta=2.0)]
    found = perturbed(STARTS, [*steps, KINDS["paraphrase_synonym"]], seed=3, rates={"a.mp4": 10.0})
    assert found.not_applicable == {"frames_late": 1, "paraphrase_synonym": 3}
    assert len(found.links) == 3 + 3 + 2
    by_id = {claim.id: claim for claim in found.claims}
    assert list(by_id) == sorted(by_id)
    for link in found.links:
        step = next(s for s in steps if (s.key, s.delta) == (link.family, link.delta))
        start = next(c for c in STARTS if c.id == link.original)
        assert by_id[link.claim] == step(start, claim_random(3, step, start), fps=10.0)
        assert (link.seed, link.expects, link.parameters) == (3, step.expects, step.to_json())
    assert {link.claim for link in found.links if link.delta == 0} == {claim.id for claim in STARTS}


def test_a_written_set_is_imported_into_a_study(tmp_path):
    steps = [replace(KINDS["shift_x"], delta=0.1), replace(KINDS["iou_shift"], delta=0.3), KINDS["blank"]]
    (tmp_path / "media").mkdir()
    for name, x in (("a.mp4", 120), ("b.mp4", 260)):
        write_clip(tmp_path / "media" / name, [scene(("red", "circle", x, 130, 34))] * 40)
    found = perturbed(STARTS, steps)
    assert write_claims(tmp_path / "set.jsonl", found, STARTS) == 9 + 3
    shown = render_media([*STARTS, *found.claims], tmp_path / "media", tmp_path / "cache").media
    with Study.create(tmp_path / "study", name="perturbed") as study:
        import_files(study, [tmp_path / "set.jsonl"], media=shown)
        assert all(study.media_path(claim.video).is_file() for claim in study.claims())
        claims = {claim.id: claim for claim in study.claims()}
    assert claims == {claim.id: claim for claim in (*STARTS, *found.claims)}
    links = read_links(tmp_path / "set.jsonl")
    assert tuple(links) == found.links
    assert {link.claim for link in links} | {claim.id for claim in STARTS} == set(claims)


def test_the_file_for_raters_does_not_say_what_was_perturbed(tmp_path):
    found = perturbed(STARTS, [replace(KINDS["shift_x"], delta=0.1)])
    write_claims(tmp_path / "set.jsonl", found, STARTS)
    rows = [row for _, row in json_lines.read(tmp_path / "set.jsonl")]
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert {tuple(sorted(row)) for row in rows} == {tuple(sorted(STARTS[0].to_json()))}
    assert "shift" not in (tmp_path / "set.jsonl").read_text()


def test_links_hold_parameters_and_not_the_study(tmp_path):
    known = ReferenceObjects((ReferenceObject("a.mp4", "dog", (1.0, 0.7, 0.7, 0.8, 0.8)),))
    found = perturbed(STARTS, [kinds(known, ["a.mp4", "b.mp4"])[key] for key in ("distractor", "other_video")])
    assert found.not_applicable == {"distractor": 1}
    assert [set(link.parameters) for link in found.links] == 2 * [{"family", "delta", "most", "of"}] + 3 * [
        {"family", "delta"}
    ]
    write_claims(tmp_path / "set.jsonl", found)
    assert json.loads((tmp_path / "set.links.jsonl").read_text().splitlines()[0])["family"] == "distractor"


def test_lines_that_are_no_links_are_named(tmp_path):
    (tmp_path / "set.links.jsonl").write_text('{"claim": "c1"}\n')
    with pytest.raises(InputError, match="line 1"):
        read_links(tmp_path / "set.jsonl")
