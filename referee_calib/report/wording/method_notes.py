"""The fixed sentences of a report: what was done, on whose shoulders, and what it does not establish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from referee_calib.analysis import acceptable_level
from referee_calib.rating_origins import blindness_limits
from referee_calib.report.wording.scale_terms import level_text

COEFFICIENT_TITLES = {
    "percent_agreement": "Pairwise agreement",
    "cohen_kappa_quadratic": "Cohen's kappa, quadratic",
    "krippendorff_alpha_ordinal": "Krippendorff's alpha, ordinal",
    "gwet_ac2_quadratic": "Gwet's AC2, quadratic",
}

RESPONSES: dict[str, tuple[str, str]] = {  # title, x label
    "box_shift": ("A box is shifted sideways", "shift of the box (share of the object's width)"),
    "span_shift": ("A span is shifted in time", "shift of the span (share of its length)"),
}

_CITED = {  # by link
    "https://doi.org/10.1037/h0026256": (
        "Cohen (1968). Weighted kappa: nominal scale agreement with provision for scaled disagreement or partial "
        "credit. Psychological Bulletin 70(4), 213–220."
    ),
    "https://doi.org/10.1080/19312450709336664": (
        "Hayes and Krippendorff (2007). Answering the call for a standard reliability measure for coding data. "
        "Communication Methods and Measures 1(1), 77–89."
    ),
    "https://doi.org/10.1348/000711006X126600": (
        "Gwet (2008). Computing inter-rater reliability and its variance in the presence of high agreement. British "
        "Journal of Mathematical and Statistical Psychology 61(1), 29–48."
    ),
    "https://doi.org/10.1073/pnas.2016191118": (
        "Dimitriadis, Gneiting and Jordan (2021). Stable reliability diagrams for probabilistic classifiers. PNAS "
        "118(8), e2016191118."
    ),
    "https://doi.org/10.1111/rssb.12450": (
        "Henzi, Ziegel and Gneiting (2021). Isotonic distributional regression. Journal of the Royal Statistical "
        "Society B 83(5), 963–993."
    ),
    "https://doi.org/10.1126/science.adi6000": (
        "Angelopoulos, Bates, Fannjiang, Jordan and Zrnic (2023). Prediction-powered inference. Science 382(6671), "
        "669–674."
    ),
    "https://doi.org/10.48550/arXiv.2311.01453": (
        "Angelopoulos, Duchi and Zrnic (2023). PPI++: efficient prediction-powered inference."
    ),
    "https://doi.org/10.1111/j.1467-9868.2007.00593.x": (
        "Field and Welsh (2007). Bootstrapping clustered data. Journal of the Royal Statistical Society B 69(3), "
        "369–390."
    ),
}
REFERENCES = [{"text": text, "link": link} for link, text in _CITED.items()]

_METHODS = {  # by title
    "Two questions, never mixed": (
        "How well do people agree with each other, and how well does the referee agree with people? The referee is "
        "never counted among the people. The answer is the difference of the two, with its own interval, on the same "
        "claims."
    ),
    "Coefficients": (
        "Pairwise agreement is the share of pairs of raters on the same level, not of claims on which all agree. "
        "Cohen's kappa has quadratic weights, Krippendorff's alpha the ordinal distance. Where nearly all levels are "
        "one, kappa falls however often raters agree; Gwet's "
        "AC2, with quadratic weights, takes less for chance there, so it and the levels given stand beside. Each is "
        "taken for every pair of people and averaged, and for every person paired with the referee and averaged, on "
        "the claims that the referee scored. Where pairs share few claims they are pooled, and a note says so."
    ),
    "Intervals": (
        "Claims about one video are alike, so videos are left out one at a time as a whole (jackknife, with t "
        "limits), never single ratings. An interval tells what other videos might have given; the people are taken as "
        "they are, so that it speaks of these raters. Intervals are for one coefficient each. The headline asserts "
        "nothing from fewer than 30 videos."
    ),
    "Leniency": (
        "The mean of referee minus person over all claims both judged, in levels of the scale: above zero, the "
        "referee gives more than people do."
    ),
    "Calibration": (
        "People's mean rating given the referee's score, by isotonic regression, where each claim counts once however "
        "many people rated it. The confidence band says where that curve may lie; the consistency band says where it "
        "would lie if every score meant the same level to people. Both are pointwise: about one point in twenty lies "
        "outside by chance, so a curve of many scores mostly leaves the band somewhere. Whether scores are levels is "
        "judged by the p-value, which is a little small with few videos: of calibrated referees 5 % have p below 0.05 "
        "over 100 videos, 8 % over 40 and 10 % over 12."
    ),
    "Level by level": (
        "The distance of a score from a rating, in levels, is the ranked probability score of a forecast of one "
        "level. Beside it stands that of the distribution of people's levels at each score (isotonic distributional "
        "regression), corrected for fitting to noise, and half the mean difference of two people on one claim, which "
        "no forecast undercuts for people drawn at random. AUC is the chance that a rating of {acceptable} or more has "
        "a higher score than a lower one."
    ),
    "Recalibration": (
        "A recalibrator turns the referee's score into the level people would give. Each form is fitted on four "
        "fifths of the videos and held against the ratings of the last fifth, in turn, so that no claim judges a fit "
        "that has seen its video. The interval of the gain leaves out whole videos and takes the fits as given."
    ),
    "Mean score of all claims": (
        "Prediction-powered inference: people's mean over the rated claims, less λ times the difference of the "
        "referee's mean over the rated and over all scored claims, with the λ of the least variance (PPI++) and a "
        "jackknife over videos. It is unbiased for every λ when the rated claims are a random draw."
    ),
    "Perturbation": (
        "Claims that meet the truth by half or more are put right on it and then moved away; the truth stays. Sizes "
        "are shares of the object's width or of the span's length, so that small and large objects can be compared. "
        "Every reward sees the same moved claims; bands resample videos."
    ),
}
_OF_MEDIA = ("Perturbation",)


def methods(scales: Sequence[Sequence[float]], *, media: bool = True) -> list[dict[str, str]]:
    """Return what was done, title by title; without `media`, nothing of perturbed evidence."""
    levels = " or ".join(dict.fromkeys(level_text(acceptable_level(tuple(scale))) for scale in scales)) or "3"
    return [
        {"title": title, "text": text.replace("{acceptable}", levels)}
        for title, text in _METHODS.items()
        if media or title not in _OF_MEDIA
    ]


LIMITS: list[str] = [
    "That the people are right. Agreement measures whether the referee judges as they do, and they can "
    "be wrong together.",
    "Anything about other videos, questions, rubrics or people than those named here. The intervals cover other videos "
    "of the same kind, and no other raters.",
    "That the referee withstands a policy that learns to please it. These claims were written before, and a training "
    "run writes new ones; people have to rate those.",
    "That training with this reward improves a model. Nothing was trained here.",
]
MEDIA_LIMITS = [
    "That a flat curve under small shifts is a virtue. A reward that never changes is flat too; only a drop on wrong "
    "evidence tells them apart.",
]

SIMULATED_LIMIT = (
    "Anything about people. {n} of {of} ratings were made by a program with planted severity and noise, "
    "to show the work from end to end."
)


def limits(n_simulated: int, origins: Mapping[str, int], *, media: bool = True) -> list[str]:
    """Return what the report does not establish; simulated ratings come first, then those that were not blind.

    Parameters
    ----------
    n_simulated : int
        Ratings of a program.
    origins : mapping of str to int
        Ratings by where they were collected.
    media : bool
        Whether the report is about evidence in videos.
    """
    its = [*blindness_limits(origins), *LIMITS, *(MEDIA_LIMITS if media else ())]
    if not n_simulated:
        return its
    return [SIMULATED_LIMIT.format(n=f"{n_simulated:,}", of=f"{sum(origins.values()):,}"), *its]


WRONG_TITLES = {"background": "a box elsewhere in the frame", "wrong_span": "a span elsewhere in the video"}
MEASURE_TITLES = {
    "rps": "Distance from a rating, in levels (0 is best)",
    "noise_floor": "The least possible, because people differ",
    "recalibrated": "Distance after recalibration, level by level",
    "explained": "Share explained after recalibration",
    "explained_as_is": "Share explained as it is",
    "auc": "AUC: tells ratings of {acceptable} or more from lower ones (0.5 is chance)",
    "base_rate": "Share of ratings of {acceptable} or more",
}


def measure_title(name: str, scale: Sequence[float]) -> str:
    """Return the wording of a measure of level-by-level calibration on a scale."""
    return title_of(MEASURE_TITLES, name).replace("{acceptable}", level_text(acceptable_level(tuple(scale))))


def title_of(words: Mapping[str, str], name: str) -> str:
    """Return the wording of a name; an unknown one keeps its name."""
    return words.get(name, name.replace("_", " "))


def response_words(key: str) -> tuple[str, str]:
    """Return title and x label of a short response curve."""
    return RESPONSES.get(key, (key.replace("_", " "), "size (share)"))
