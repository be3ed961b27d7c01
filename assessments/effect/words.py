"""What is asked of officers, in words, and what the answers are called."""

from django.utils.translation import gettext_lazy as _

#: Field of an answer → what the officer agrees with or not, 1 to 5.
SCALES = {
    "useful": _("It is useful for my work."),
    "relevant": _("The examples are like what I meet at work."),
    "clear": _("The words were clear."),
    "safe": _("I felt respected and safe."),
    "recommended": _("I would recommend it to a colleague."),
}
#: From 1 to 5.
STEPS = {
    1: _("not at all"),
    2: _("rather not"),
    3: _("partly"),
    4: _("mostly"),
    5: _("fully"),
}
#: What may have changed at work (I7: at least one changed practice).
PRACTICES = {
    "signs": _("I recognised signs or indicators that I would have missed."),
    "referred": _("I referred somebody to help."),
    "evidence": _("I kept evidence or statements in another way."),
    "joint": _("I worked with another agency or State."),
    "instruction": _("I changed an instruction, a form or a habit of my team."),
}
#: Why nothing changed yet.
REASONS = {
    "occasion": _("There was no occasion."),
    "allowed": _("I am not allowed to."),
    "unsure": _("I am not sure how."),
    "other": _("Another reason."),
}
