"""One paragraph that can stand in a paper: every number with its interval, its counts and how it was made."""

from __future__ import annotations

from referee_calib.report.schema.dimension_schema import DimensionJson, EstimateJson
from referee_calib.report.schema.ratings_schema import RatingsJson
from referee_calib.report.schema.report_schema import ReportJson
from referee_calib.report.wording.number_format import count, interval, listed, number, signed
from referee_calib.report.wording.scale_terms import scales_text

KAPPA, ALPHA = "cohen_kappa_quadratic", "krippendorff_alpha_ordinal"
BESIDE = (("percent_agreement", "pairwise agreement"), (ALPHA, "ordinal alpha"), ("gwet_ac2_quadratic", "Gwet's AC2"))
REPORTED_EXCLUSIONS = (  # of the rows left out, what a reader of the numbers must know
    "failed score",
    "rated claim without a score",
    "rating without a level",
    "rating under other words",
    "claim without a level from a person",
    "claim with a single rating",
)


def paragraph(report: ReportJson) -> str:
    """Write the paragraph: plain text of one line; it says "simulated" where ratings were."""
    said = [_setting(report), *(_dimension(item, report["headline"]["who"]) for item in report["dimensions"])]
    said += [_exclusions(report), _method(report), _simulated(report["ratings"])]
    return " ".join(part for part in said if part)


def _setting(report: ReportJson) -> str:
    name, simulated = report["referee"]["description"].get("name") or "unnamed", report["ratings"]["simulated"]
    word = "simulated " if simulated else ""
    if simulated and simulated < report["ratings"]["rows"]:
        word = "partly simulated "
    fingerprint, version = report["referee"]["fingerprint"], report["rubric"]["version"]
    asked = f", rubric {version}" if version else ""
    levels = scales_text([item["scale"] for item in report["dimensions"]]) or "0 to 4"
    return (
        f"We compared the referee {name}{f' (fingerprint {fingerprint})' if fingerprint else ''} with "
        f"{count(report['counts']['raters'], f'{word}rater')} who gave "
        f"{count(report['ratings']['rows'], f'{word}rating')} on {_judged(report)} (levels {levels}{asked})."
    )


def _judged(report: ReportJson) -> str:
    """Say what was rated: claims about videos, or units of a table and their clusters where these are others."""
    videos, nouns = count(report["counts"]["videos"], "video"), report["nouns"]
    if nouns["item"] == nouns["cluster"]:
        return videos
    if nouns["item"] == "claim":
        return f"claims about {videos}"
    rated = max((item["counts"]["rated"] for item in report["dimensions"]), default=0)
    return f"{count(rated, 'claim')} in {videos}"


def _dimension(item: DimensionJson, who: str) -> str:
    rows = {row["name"]: row for row in item["coefficients"]}
    kappa, n = rows[KAPPA], item["counts"]
    beside = listed(
        [f"{title} {_short(rows[name]['people'])} and {_short(rows[name]['referee'])}" for name, title in BESIDE]
    )
    people, referee = _with_interval(kappa["people"]), _with_interval(kappa["referee"])
    difference, lenient = _with_interval(kappa["difference"], True), _with_interval(item["leniency"]["overall"], True)
    return (
        f"On {item['title'].lower()} ({count(n['matched'], 'claim')} judged by both, {n['compared']:,} of them by two "
        f"people or more, {count(n['levels'], 'rating')}, {count(n['videos'], 'video')}), quadratic kappa was {people} "
        f"among {who} and {referee} between {who} and the referee, a difference of {difference} ({beside}); referee "
        f"minus rater was {lenient} levels."
    )


def _with_interval(estimate: EstimateJson, sign: bool = False) -> str:
    if estimate["value"] is None:
        return f"not defined ({estimate['reason']})"
    limits = interval(estimate) or f"(no interval: {estimate['reason'] or estimate['method']})"
    return f"{signed(estimate['value']) if sign else number(estimate['value'])} {limits}"


def _short(estimate: EstimateJson) -> str:
    return number(estimate["value"])


def _exclusions(report: ReportJson) -> str:
    rows: dict[str, int] = {}
    for loss in report["excluded_rows"]:
        rows[loss["what"]] = rows.get(loss["what"], 0) + loss["rows"]
    told = [count(rows[what], what, _plural(what)) for what in REPORTED_EXCLUSIONS if what in rows]
    return f"Counted per dimension, there were {listed(told)}; none was filled in." if told else "No row was left out."


def _plural(what: str) -> str:
    """Put the noun of a kind of row into the plural: "ratings without a level", "failed scores"."""
    ends = [end for end in (what.find(f" {word}") for word in ("with", "without", "under")) if end > 0]
    noun = what[: min(ends)] if ends else what
    return f"{noun}s{what[len(noun) :]}"


def _method(report: ReportJson) -> str:
    few = [item["counts"]["videos"] for item in report["dimensions"] if 0 < item["counts"]["videos"] < 30]
    caution = " With fewer than 30 videos such intervals tend to be too narrow." if few else ""
    version = report["versions"].get("referee-calib", "")
    return (
        f"Coefficients are means over pairs of raters on the claims that the referee scored; brackets are "
        f"{100 * report['confidence']:g} % intervals of a jackknife that leaves out whole videos, with t limits, and "
        f"do not cover other raters.{caution} Computed with referee-calib {version}, seed {report['seed']}."
    )


def _simulated(ratings: RatingsJson) -> str:
    if not ratings["simulated"]:
        return ""
    if ratings["simulated"] == ratings["rows"]:
        return "All ratings were simulated by a program; no person gave any of them."
    return f"{ratings['simulated']:,} of the {ratings['rows']:,} ratings were simulated by a program."
