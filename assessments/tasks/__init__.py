"""Work in the background of this room. The scheduler finds it by the name of this package."""

from assessments.tasks.closing import close_what_is_over
from assessments.tasks.corrections import go_on_with_correction, sweep_corrections, tell_of_appeal
from assessments.tasks.effect import ask_about_use_at_work, mix_what_officers_said
from assessments.tasks.exchange import sweep_question_files, work_on_question_file
from assessments.tasks.recording import record_what_is_due
from assessments.tasks.sittings import tell_reopened, tell_reopened_again
from assessments.tasks.statistics import work_out_analyses, work_out_analysis

__all__ = [
    "ask_about_use_at_work",
    "close_what_is_over",
    "go_on_with_correction",
    "mix_what_officers_said",
    "record_what_is_due",
    "sweep_corrections",
    "sweep_question_files",
    "tell_of_appeal",
    "tell_reopened",
    "tell_reopened_again",
    "work_on_question_file",
    "work_out_analyses",
    "work_out_analysis",
]
