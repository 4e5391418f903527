"""Agreement in any table of ratings, without a study: every coefficient of one file, as JSON, in print, as a page."""

from referee_calib.table_agreement.agreement_table import AgreementTable
from referee_calib.table_agreement.marks_file import MarksFile, agreement_of_marks
from referee_calib.table_agreement.page.localization_page import localization_page
from referee_calib.table_agreement.page.page_files import check_page, write_page, write_sections
from referee_calib.table_agreement.printed_table import printed, render
from referee_calib.table_agreement.rating_scale import guess_scale, parse_scale
from referee_calib.table_agreement.ratings_file import RatingsFile, agreement_of_file
from referee_calib.table_agreement.table_options import IntervalOptions

__all__ = [
    "AgreementTable",
    "IntervalOptions",
    "MarksFile",
    "RatingsFile",
    "agreement_of_file",
    "agreement_of_marks",
    "check_page",
    "guess_scale",
    "localization_page",
    "parse_scale",
    "printed",
    "render",
    "write_page",
    "write_sections",
]
