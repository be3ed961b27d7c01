"""The roles a posting can give. What each may do stands in `accounts.permissions`."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OFFICER = "officer", _("Officer")
    COORDINATOR = "coordinator", _("National coordinator")
    DEPUTY_COORDINATOR = "deputy_coordinator", _("Deputy national coordinator")
    AGENCY_VERIFIER = "agency_verifier", _("Agency verifier")
    TRAINER = "trainer", _("Trainer")
    AUTHOR = "author", _("Course author")
    TRANSLATOR = "translator", _("Translator")
    LEGAL_REVIEWER = "legal_reviewer", _("Legal reviewer")
    SECURITY_REVIEWER = "security_reviewer", _("Security reviewer")
    PROTECTION_REVIEWER = "protection_reviewer", _("Protection reviewer")
    LANGUAGE_REVIEWER = "language_reviewer", _("Language reviewer")
    TRAUMA_REVIEWER = "trauma_reviewer", _("Trauma-informed reviewer")
    INCLUSION_REVIEWER = "inclusion_reviewer", _("Inclusion reviewer")
    ASSESSMENT_REVIEWER = "assessment_reviewer", _("Assessment reviewer")
    ACCESSIBILITY_REVIEWER = "accessibility_reviewer", _("Accessibility reviewer")
    RSO_CERTIFICATION = "rso_certification", _("RSO certification officer")
    RSO_ANALYST = "rso_analyst", _("RSO analyst")
    SERVICE_DESK = "service_desk", _("Service desk")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


REVIEWER_ROLES = tuple(role for role in Role if role.value.endswith("_reviewer"))

#: Roles of the RSO itself: they serve all members and belong to none.
MEMBERLESS_ROLES = (
    Role.TRAINER,
    Role.AUTHOR,
    Role.TRANSLATOR,
    *REVIEWER_ROLES,
    Role.RSO_CERTIFICATION,
    Role.RSO_ANALYST,
    Role.SERVICE_DESK,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
