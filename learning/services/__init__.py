"""Writes of the centre: publishing revisions, enrolling, classes and nominations, recording what officers do."""

from learning.services.classes import (
    NotATrainer,
    TeachesAlready,
    WrongDays,
    add_trainer,
    change_class,
    end_class,
    end_trainer,
    make_class,
    set_access,
    set_seats,
)
from learning.services.editions import (
    Draft,
    UnreviewedContent,
    activity_for,
    digest_of,
    freeze,
    publish_revision,
)
from learning.services.enrolments import NotOpen, NotPublished, context_of, enrol, enrol_person, finish_lesson
from learning.services.nominations import (
    AT_ONCE,
    CannotNominate,
    NotYourOfficer,
    accept_nominations,
    promote_waiting,
    propose_nominations,
    return_nominations,
    withdraw_nomination,
)
from learning.services.trials import keep_trial

__all__ = [
    "AT_ONCE",
    "CannotNominate",
    "Draft",
    "NotATrainer",
    "NotOpen",
    "NotPublished",
    "NotYourOfficer",
    "TeachesAlready",
    "UnreviewedContent",
    "WrongDays",
    "accept_nominations",
    "activity_for",
    "add_trainer",
    "change_class",
    "context_of",
    "digest_of",
    "end_class",
    "end_trainer",
    "enrol",
    "enrol_person",
    "finish_lesson",
    "freeze",
    "keep_trial",
    "make_class",
    "promote_waiting",
    "propose_nominations",
    "publish_revision",
    "return_nominations",
    "set_access",
    "set_seats",
    "withdraw_nomination",
]
