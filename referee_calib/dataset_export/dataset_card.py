"""The dataset card: README.md with the YAML header that hubs read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from referee_calib.dataset_export.dataset_facts import LICENCES, DatasetFacts
from referee_calib.records import Clock

if TYPE_CHECKING:
    from agreement import Estimate

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_SINCE: dict[Clock, str] = {
    "first-frame": "from the first frame of the video",
    "file": "on the clock of the video's file, on which its first frame need not be at 0",
}
_MODEL = ("backend", "model", "revision")


def dataset_card(facts: DatasetFacts) -> str:
    """Return the card as Markdown with its YAML header."""
    return "\n".join([*_header(facts), "", *_body(facts)]).rstrip() + "\n"


def _header(facts: DatasetFacts) -> Iterator[str]:
    tags = ["video", "llm-as-a-judge", "inter-rater-agreement", "reward-model", "referee-calib"]
    yield "---"
    yield f"license: {facts.licence}"
    yield f"pretty_name: {json.dumps(facts.name)}"  # JSON's strings are YAML's
    yield from ("task_categories:", "- video-text-to-text", "tags:")
    yield from (f"- {tag}" for tag in [*tags, *(["simulated"] if facts.n_simulated else [])])
    if facts.n_simulated == facts.n_ratings:
        yield from ("annotations_creators:", "- machine-generated")
    yield from ("size_categories:", f"- {_size(facts)}", "configs:")
    for table in facts.tables:
        yield from (f"- config_name: {table.name}", f"  data_files: data/{table.name}.parquet")
        if table.name == "ratings":
            yield "  default: true"
    yield "---"


def _size(facts: DatasetFacts) -> str:
    n = max(len(table.rows) for table in facts.tables)
    return next((name for most, name in _SIZES if n < most), "n>1M")


def _body(facts: DatasetFacts) -> Iterator[str]:
    yield from (f"# {_plain(facts.name)}", "")
    if facts.simulation:
        yield from (f"**{facts.simulation}**", "")
    rows = {table.name: len(table.rows) for table in facts.tables}
    yield (
        f"{rows['ratings']:,} judgements of {facts.n_raters:,} rater(s) on {rows['claims']:,} claims about "
        f"{facts.n_videos:,} video(s), and {rows['scores']:,} scores of {len(facts.referees):,} referee(s). A claim is "
        "a piece of evidence that a model pointed at: an object in boxes at times, or a span. Times are seconds "
        f"{_SINCE[facts.clock]}."
    )
    yield from ("", f"Licence: [{facts.licence}]({LICENCES[facts.licence]}), as whoever published it states.", "")
    yield from _tables(facts)
    yield from _rating(facts)
    yield from _agreement(facts)
    yield from _referees(facts)
    yield from ("## Limits", "", *(f"- {text}" for text in facts.limits), "")
    yield f"Written by referee-calib {facts.version}; `croissant.json` describes the same files for machines."


def _tables(facts: DatasetFacts) -> Iterator[str]:
    yield from ("## Tables", "")
    for table in facts.tables:
        yield from (f"### data/{table.name}.parquet", "", f"{len(table.rows):,} rows: {table.about}.", "")
        yield from ("| column | meaning |", "|---|---|")
        yield from (f"| `{column.name}` | {column.meaning} |" for column in table.columns)
        yield ""


def _rating(facts: DatasetFacts) -> Iterator[str]:
    yield from ("## How it was rated", "")
    named = "as they are called in the study" if facts.names_published else "under pseudonyms (r1, r2, …)"
    yield (
        f"By {facts.who}, {named}, on levels ({facts.rubric.scale_words()}) under the rubric {facts.rubric.version}. "
        f"{facts.collection} "
        f"{facts.n_without_level:,} judgement(s) have a reason instead of a level. Who the raters are and what they "
        "were paid is not recorded."
    )
    yield ""
    for scale in facts.rubric.scales:
        yield from (f"### {_plain(scale.title)}", "", f"{_plain(scale.question)} {_plain(scale.help)}", "")
        yield from (f"- {level}: {_plain(text)}" for level, text in enumerate(scale.levels))
        yield ""


def _agreement(facts: DatasetFacts) -> Iterator[str]:
    yield from ("## Agreement of the raters with each other", "")
    if not facts.dimensions:
        yield from ("There is no level to compare.", "")
        return
    yield "Brackets are 95 % intervals of a jackknife over videos; they speak of these raters."
    yield from ("", "| dimension | levels | claims | rated twice | raters | ordinal alpha | quadratic kappa |")
    yield "|---|---|---|---|---|---|---|"
    for one in facts.dimensions:
        counts = f"{one.n_levels:,} | {one.n_units:,} | {one.n_twice:,} | {one.n_raters:,}"
        yield f"| {_plain(one.title)} | {counts} | {_estimate(one.alpha)} | {_estimate(one.kappa)} |"
    yield ""
    yield from ("The same from the tables:", "", "```console")
    yield "$ referee-calib agree data/ratings.parquet --unit claim --value level --cluster video --scale 0:4 \\"
    yield "    --level ordinal --question relevance"
    yield from ("```", "")


def _estimate(found: Estimate) -> str:
    if found.value is None:
        return f"not defined ({_plain(found.reason or '')})"
    if found.low is None or found.high is None:
        return f"{found.value:.3f}"
    return f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]"


def _referees(facts: DatasetFacts) -> Iterator[str]:
    yield from ("## Referees", "")
    if not facts.referees:
        yield from ("No referee has scored these claims.", "")
        return
    yield from ("| fingerprint | name | backend | model | revision |", "|---|---|---|---|---|")
    for fingerprint, told in facts.referees.items():
        backend: dict[str, Any] = told.get("backend") or {}
        cells = [_plain(str(told.get("name") or "")), *(_plain(str(backend.get(key) or "")) for key in _MODEL)]
        yield f"| `{fingerprint}` | {' | '.join(cells)} |"
    yield ""


def _plain(text: str) -> str:
    """Keep a text on its line and out of the markup."""
    for mark in "\\`*_[]<>|#":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())
