"""Work in the background of the people's room. The scheduler finds it by the name of this package."""

from accounts.tasks.audit import verify_the_audit_log
from accounts.tasks.entry import clear_ways_in, sweep_people_files, work_on_people_file
from accounts.tasks.own_data import apply_retention, erase_due
from accounts.tasks.sessions import forget_ended_sessions

__all__ = [
    "apply_retention",
    "clear_ways_in",
    "erase_due",
    "forget_ended_sessions",
    "sweep_people_files",
    "verify_the_audit_log",
    "work_on_people_file",
]
