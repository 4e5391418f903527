"""Agreement in any table of ratings, without a study: every coefficient of one file, as JSON and in print."""

from referee_calib.agree.agreement_table import AgreementTable
from referee_calib.agree.coefficient_list import IntervalOptions
from referee_calib.agree.printed_table import render
from referee_calib.agree.ratings_file import RatingsFile, agreement_of_file

__all__ = ["AgreementTable", "IntervalOptions", "RatingsFile", "agreement_of_file", "render"]
