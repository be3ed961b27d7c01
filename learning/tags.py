"""The words by which courses are sorted, beside their pillar; every code is stable, every label is for people.

Three lists of the Bali Process itself, so that the RSO can show what is covered of each, and the stage of a course.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

#: The six areas on which information is shared (Co-Chairs' Statement of 2012, ¶4; domain facts §2.1).
SUBJECTS = {
    "refugee_protection": _("Refugee protection"),
    "migration": _("Migration"),
    "trafficking": _("Trafficking in persons"),
    "smuggling": _("People smuggling"),
    "border_management": _("Border management"),
    "migration_management": _("Other components of migration management"),
}

#: The five areas of achievement (the same, ¶3).
ACHIEVEMENT_AREAS = {
    "airport_security": _("Airport security"),
    "document_integrity": _("Visa and document integrity"),
    "counter_trafficking": _("Counter-trafficking and victim support"),
    "legislation": _("Legislation"),
    "humanitarian_needs": _("Humanitarian and protection needs"),
}

#: The eight areas of the Adelaide Strategy for Cooperation of 2023 (domain facts §1.1).
STRATEGY_AREAS = {
    "law_enforcement": _("Law enforcement"),
    "stakeholders": _("Stakeholder engagement"),
    "information": _("Information sharing and public information campaigns"),
    "irregular_migration": _("Irregular migration and related transnational crime"),
    "borders": _("Border management"),
    "victim_protection": _("Victim protection and migration management"),
    "returns": _("Returns and reintegration"),
    "coordination": _("Coordination and support"),
}


class CourseLevel(models.TextChoices):
    """What a course expects of those who take it."""

    FOUNDATION = "foundation", _("Foundation: no earlier training needed")
    PRACTITIONER = "practitioner", _("Practitioner: for those who do this work")
    SPECIALIST = "specialist", _("Specialist: for experienced people and trainers")
