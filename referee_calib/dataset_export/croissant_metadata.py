"""Croissant metadata (MLCommons, version 1.0) of a published study, with fields of its responsible-AI vocabulary."""

from __future__ import annotations

from typing import Any

from referee_calib.dataset_export.dataset_facts import LICENCES, DatasetFacts
from referee_calib.dataset_export.dataset_tables import DataTable, Kind

_CROISSANT = "http://mlcommons.org/croissant/"
_TYPES: dict[Kind, str] = {"text": "sc:Text", "whole": "sc:Integer", "number": "sc:Float", "yes_no": "sc:Boolean"}
_TERMS = (
    "citeAs", "column", "equivalentProperty", "extract", "field", "fileProperty", "fileObject", "fileSet", "format",
    "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex",
    "repeated", "replace", "samplingRate", "separator", "source", "subField", "transform",
)  # fmt: skip
_JSON_TERMS = ("data", "examples")


def croissant_metadata(facts: DatasetFacts) -> dict[str, Any]:
    """Return the content of ``croissant.json``."""
    return {
        "@context": _context(),
        "@type": "sc:Dataset",
        "conformsTo": [f"{_CROISSANT}1.0", f"{_CROISSANT}RAI/1.0"],
        "name": facts.name,
        "description": _description(facts),
        "license": LICENCES[facts.licence],
        "version": "1.0.0",
        "datePublished": facts.created[:10],
        "keywords": ["video", "LLM as a judge", "inter-rater agreement", *(["simulated"] if facts.n_simulated else [])],
        "distribution": [_file(table, facts) for table in facts.tables],
        "recordSet": [_record_set(table) for table in facts.tables if table.rows],
        **_responsible_ai(facts),
    }


def _context() -> dict[str, Any]:
    return {
        "@language": "en",
        "@vocab": "https://schema.org/",
        "conformsTo": "dct:conformsTo",
        "cr": _CROISSANT,
        "rai": f"{_CROISSANT}RAI/",
        "dct": "http://purl.org/dc/terms/",
        "sc": "https://schema.org/",
        "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
        **{term: {"@id": f"cr:{term}", "@type": "@json"} for term in _JSON_TERMS},
        **{term: f"cr:{term}" for term in _TERMS},
    }


def _description(facts: DatasetFacts) -> str:
    what = f"Judgements of {facts.who} on pieces of video evidence that a model pointed at, beside scores of referees."
    return " ".join(part for part in (what, facts.simulation) if part)


def _file(table: DataTable, facts: DatasetFacts) -> dict[str, Any]:
    digest, size = facts.files[table.name]
    return {
        "@type": "cr:FileObject",
        "@id": f"{table.name}-file",
        "name": f"{table.name}-file",
        "contentUrl": f"data/{table.name}.parquet",
        "contentSize": f"{size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": digest,
    }


def _record_set(table: DataTable) -> dict[str, Any]:
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"{table.name}/{column.name}",
            "name": f"{table.name}/{column.name}",
            "description": column.meaning,
            "dataType": _TYPES[column.kind],
            "source": {"fileObject": {"@id": f"{table.name}-file"}, "extract": {"column": column.name}},
        }
        for column in table.columns
    ]
    return {"@type": "cr:RecordSet", "@id": table.name, "name": table.name, "description": table.about, "field": fields}


def _responsible_ai(facts: DatasetFacts) -> dict[str, Any]:
    """Say how it was made and what it does not hold; what a study does not record is said to be unknown."""
    agreement = [
        f"{one.title}: ordinal alpha of the raters {one.alpha.value:.3f}, {one.n_twice:,} claims rated twice"
        for one in facts.dimensions
        if one.alpha.value is not None
    ]
    scales = "; ".join(f"{scale.title}: {scale.question}" for scale in facts.rubric.scales)
    n_rated = len({row["claim"] for table in facts.tables if table.name == "ratings" for row in table.rows})
    names = "Raters are named as in the study." if facts.names_published else "Raters are pseudonyms."
    tools = [f"{told.get('name') or 'referee'} ({one})" for one, told in facts.referees.items()]
    missing = f"{facts.n_without_level:,} judgements have a reason instead of a level; none was filled in."
    return {
        "rai:dataCollection": "Claims were read from replies of models about videos; raters judged each by a rubric.",
        "rai:dataCollectionMissingData": missing,
        "rai:dataAnnotationProtocol": f"Levels: {facts.rubric.scale_words()}; rubric {facts.rubric.version}. "
        f"{facts.collection} {scales}",
        "rai:dataAnnotationPlatform": list(facts.origins),
        "rai:dataAnnotationAnalysis": agreement or "No claim was rated twice.",
        "rai:annotationsPerItem": f"{facts.n_ratings / n_rated:.2f} judgements per rated claim, over all dimensions",
        "rai:annotatorDemographics": f"{facts.n_raters:,} raters ({facts.who}); nothing else is recorded.",
        "rai:machineAnnotationTools": tools or "none",
        "rai:dataUseCases": (
            "Measuring whether a model judges video evidence as these raters do. A judge that was trained on these "
            "claims cannot be tested on them."
        ),
        "rai:dataBiases": "Unknown beyond what the agreement table of README.md shows.",
        "rai:dataLimitations": facts.limits,
        "rai:personalSensitiveInformation": f"{names} Texts of models were not checked for personal data.",
    }
