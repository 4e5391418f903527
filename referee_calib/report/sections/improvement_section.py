"""Policy improvement: what people think of the rollouts that a reward prefers."""

from __future__ import annotations

from collections.abc import Sequence

from referee_calib.report.blocks import (
    Block,
    Column,
    Figures,
    Row,
    Section,
    Table,
    TableCell,
    Text,
    count_cell,
    data_table,
    estimate_cell,
)
from referee_calib.report.document.reward_behaviour.improvement_document import best_of
from referee_calib.report.schema.dimension_schema import EstimateJson
from referee_calib.report.schema.improvement_schema import HumanCeilingJson, ImprovementJson, RewardImprovementJson
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.wording.number_format import count, listed

_KL = 0.3  # nats: the tilt of the table; all others are drawn
_NOTE = (
    "This simulates one step of selection among rollouts that exist; it is not training, which goes on and finds "
    "replies that are not among them. Rewards are compared at the same n or the same KL divergence, so their scales do "
    "not matter. Rated claims stand for unrated ones of about the same value by the referee (inverse probability of a "
    "claim being rated); a reply without a reward is preferred only where no other was drawn. Rank agreement (of "
    "two rollouts) and signs of advantages (among four) stand beside one person at a time who judged all of them, so "
    "they do not depend on how many people rated each. Intervals are jackknife-t over videos."
)


def improvement(report: ReportJson) -> Section | None:
    """Build the section; None where there are no groups of rollouts to choose from, or nobody rated any."""
    item = report.get("policy_improvement")
    if not item or not item["rewards"]:
        return None
    ceiling = item["ceiling"]
    captions = {
        "improvement-best": "All rollouts in groups, people’s mean.",
        "improvement-people": "Rollouts that one person and another one rated: that person as the reward, the others "
        "as the judges, and every reward on the same rollouts.",
        "improvement-tilt": "The policy moves from uniform in proportion to exp(reward / β).",
    }
    blocks: list[Block] = [Text(item["sentence"]), Text(_basis(item)), Figures(captions), _rewards(item)]
    if ceiling and ceiling["people"]["n_groups"]:
        blocks.append(_ceiling(ceiling, item["held_n"]))
    blocks += [Text(_NOTE, "note"), *_files(item)]
    question = "Is what it prefers what people prefer?"
    return Section("policy-improvement", "Policy improvement", question, blocks)


def _basis(item: ImprovementJson) -> str:
    sizes = listed([f"{row['groups']} of {row['rollouts']}" for row in item["sizes"]])
    told = (
        f"{count(item['n_groups'], 'group')} of rollouts on one question by one policy at one step ({sizes} rollouts); "
        f"people gave all levels of {item['n_claims_rated']:,} of {count(item['n_claims'], 'claim')} in them. "
        "A rollout is worth the mean over its claims of relevance times the worse of localization and timing, each as "
        "a share of its scale."
    )
    if item["n_alone"]:
        told += f" {count(item['n_alone'], 'rollout is', 'rollouts are')} alone and not counted."
    if item["n_without_claim"]:
        without = count(item["n_without_claim"], "imported rollout", "imported rollouts")
        told += f" {without} made no claim; the study does not hold them, so no group does."
    return told


def _rewards(item: ImprovementJson) -> Table:
    n = item["held_n"]
    columns = [
        Column("gain", f"Gain, best of {n}", axis="gain"), Column("tilt", f"Gain at {_KL:g} nats", axis="gain"),
        Column("rank_agreement", "Rank agreement, τ-b"), Column("right_sign", "Advantages of the right sign"),
        Column("zero_variance", "Zero-variance groups"), Column("n_groups", "Groups"),
    ]  # fmt: skip
    rows = [Row(row["title"], {"reward": row["reward"]}, _cells(row, n)) for row in item["rewards"]]
    caption = "All rollouts in groups. Gains are shares of the scale, 0 to 1; 0 is a rollout drawn at random."
    return Table("policy_improvement", caption, "Reward", columns, rows, across="measure")


def _cells(row: RewardImprovementJson, n: int) -> list[TableCell]:
    point = best_of(row, n)
    tilt = next((one["gain"] for one in row["tilt"] if one["kl"] == _KL), None)
    return [
        _gain(point["gain"] if point else None),
        _gain(tilt),
        *(estimate_cell(row[name]) for name in ("rank_agreement", "right_sign", "zero_variance")),
        count_cell(row["n_groups"]),
    ]


def _gain(found: EstimateJson | None) -> TableCell:
    return TableCell("not defined", reason="too few groups") if found is None else estimate_cell(found, sign=True)


def _ceiling(found: HumanCeilingJson, n: int) -> Table:
    differences = {one["first"]: one["difference"] for one in found["differences"] if one["n"] == n}
    shares = {one["reward"]: one["share"] for one in found["shares"] if one["n"] == n}
    columns = [
        Column("gain", f"Gain, best of {n}", axis="gain"), Column("difference", "Minus one person"),
        Column("share", "Share of a person’s gain"), Column("rank_agreement", "Rank agreement, τ-b"),
    ]  # fmt: skip
    rows = []
    for row in (found["people"], *found["rewards"]):
        point, name = best_of(row, n), row["reward"]
        apart, part = differences.get(name), shares.get(name)
        cells = [
            _gain(point["gain"] if point else None),
            estimate_cell(apart, sign=True) if apart else TableCell(),
            estimate_cell(part) if part else TableCell(),
            estimate_cell(row["rank_agreement"]),
        ]
        rows.append(Row(row["title"], {"reward": name}, cells))
    caption = (
        f"Rollouts that one person and another one rated: {count(found['n_people'], 'person', 'people')} in turn as "
        "the reward, judged by the others, and the rewards on the same rollouts."
    )
    return Table("policy_improvement_people", caption, "Reward", columns, rows, across="measure")


def _files(item: ImprovementJson) -> list[Block]:
    """Return the curves as data files."""
    ceiling = item["ceiling"]
    sides = [("all", item["rewards"]), ("people", [ceiling["people"], *ceiling["rewards"]] if ceiling else [])]
    return [
        data_table("policy_improvement_curves", [line for side, rows in sides for line in _lines(side, rows)]),
    ]


def _lines(side: str, rows: Sequence[RewardImprovementJson]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for row in rows:
        head = {"rollouts": side, "reward": row["reward"]}
        found += [{**head, "by": "best of n", "at": one["n"], **_numbers(one["gain"])} for one in row["best_of_n"]]
        found += [{**head, "by": "tilt, nats", "at": one["kl"], **_numbers(one["gain"])} for one in row["tilt"]]
    return found


def _numbers(found: EstimateJson) -> dict[str, object]:
    return {name: found[name] for name in ("value", "low", "high", "n_clusters", "reason")}
