"""The largest disagreements of a table without media: levels, words and links, in Markdown too."""

from helpers_judged_tables import judged_tables, write_rows

from referee_calib.analysis import analyse_tables
from referee_calib.report import build, render_markdown
from referee_calib.table_study import TableStudyOptions, read_table_study


def test_markdown_lists_the_largest_disagreements_with_their_links(tmp_path):
    tables = judged_tables(tmp_path, n_clusters=12, per_cluster=2)
    levels = tables.judges["peer"]
    people = [
        (f"u{i}", f"r{j}", f"{level:g}", f"[{i}] <b>", f"https://example.org/{i} <x>")
        for i, given in enumerate(tables.people)
        for j, level in enumerate(given)
    ]
    write_rows(tables.ratings, ("unit", "rater", "value", "words", "url"), people)
    write_rows(tables.scores, ("unit", "judge", "score"), [(f"u{i}", "peer", f"{x:g}") for i, x in enumerate(levels)])
    options = TableStudyOptions(ratings=tables.ratings, scores=tables.scores, text="words", link="url")
    report = build(analyse_tables(read_table_study(options), n_resamples=20))
    worst = report["disagreements"][0]
    section = render_markdown(report).split("## Largest disagreements")[1].split("\n## ")[0]
    assert section.count("\n- ") == len(report["disagreements"]) > 0
    at = worst["claim"].removeprefix("u")
    first = next(line for line in section.splitlines() if line.startswith("- "))
    assert f"r0: {worst['people'][0]['level']}" in first
    assert f"\\[{at}\\] \\<b\\>" in first
    assert first.endswith(f"<https://example.org/{at}%20%3Cx%3E>")


def test_a_table_study_does_not_speak_of_scores_that_a_reward_composes(tmp_path):
    tables = judged_tables(tmp_path, n_clusters=30, per_cluster=2)
    options = TableStudyOptions(ratings=tables.ratings, scores=tables.scores, cluster="prompt", judges="peer")
    text = render_markdown(build(analyse_tables(read_table_study(options), n_resamples=20)))
    assert "Out of fold: every unit is recalibrated" in text
    assert "relevance and localization" not in text
    section = text.split("## Error by human agreement")[1].split("\n## ")[0].splitlines()
    said = [line for line in section if line and not line.startswith("|")]
    assert len(said) == len(set(said))
