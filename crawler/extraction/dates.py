"""Reading dates: `find_dates`, `read_date_line` and `month_day` of visible text, `read_iso` of machine values."""

from crawler.extraction.date_lines import find_dates, month_day, read_date_line
from crawler.extraction.date_records import FoundDate
from crawler.extraction.date_values import read_iso

__all__ = ["FoundDate", "find_dates", "month_day", "read_date_line", "read_iso"]
