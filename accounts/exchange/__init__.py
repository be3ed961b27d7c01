"""Tables about people, in and out."""

from accounts.exchange.apply import PlanOutOfDate, Result, apply_people
from accounts.exchange.encodings import ENCODINGS, NotReadable, Text, read_text
from accounts.exchange.files import (
    SMALL,
    AlreadyApplied,
    apply_file,
    begin_applying,
    check_file,
    delete_old_files,
    drop_file,
    read_file_otherwise,
    take_file,
)
from accounts.exchange.people_file import COLUMNS, Table, read_table
from accounts.exchange.plan import PeoplePlan, Problem, plan_people

__all__ = [
    "COLUMNS",
    "ENCODINGS",
    "SMALL",
    "AlreadyApplied",
    "NotReadable",
    "PeoplePlan",
    "PlanOutOfDate",
    "Problem",
    "Result",
    "Table",
    "Text",
    "apply_file",
    "apply_people",
    "begin_applying",
    "check_file",
    "delete_old_files",
    "drop_file",
    "plan_people",
    "read_file_otherwise",
    "read_table",
    "read_text",
    "take_file",
]
