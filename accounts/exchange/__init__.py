"""Lists of people that come as files: read, planned with every problem by row, then applied all or nothing."""

from accounts.exchange.apply import PlanOutOfDate, Result, apply_people
from accounts.exchange.encodings import ENCODINGS, NotReadable, Text, read_text
from accounts.exchange.people_file import COLUMNS, Table, read_table
from accounts.exchange.plan import PeoplePlan, Problem, plan_people

__all__ = [
    "COLUMNS",
    "ENCODINGS",
    "NotReadable",
    "PeoplePlan",
    "PlanOutOfDate",
    "Problem",
    "Result",
    "Table",
    "Text",
    "apply_people",
    "plan_people",
    "read_table",
    "read_text",
]
