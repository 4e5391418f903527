"""Agreement in any table of ratings, without a study: every coefficient of one file, as JSON and in print."""

from referee_calib.table_agreement.agreement_table import AgreementTable
from referee_calib.table_agreement.coefficient_list import IntervalOptions
from referee_calib.table_agreement.printed_table import render
from referee_calib.table_agreement.ratings_file import RatingsFile, agreement_of_file

__all__ = ["AgreementTable", "IntervalOptions", "RatingsFile", "agreement_of_file", "render"]
