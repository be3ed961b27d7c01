"""News from the centre."""

from django.dispatch import Signal

#: Sent inside the projecting transaction, once for each enrolment, with `enrolment`.
course_completed = Signal()

#: Sent inside the publishing transaction, with `revision`.
revision_published = Signal()
