"""What the editor shows of a block before one is written. Invented, short, and a model of how to write."""

from typing import Any

from django.utils.translation import gettext as _

from courses.pages.choices import first_media, practice_items


def _html(text: str) -> str:
    return f"<p>{text}</p>"


def _bullets(*texts: str) -> str:
    return f"<ul>{''.join(f'<li>{text}</li>' for text in texts)}</ul>"


def paragraph() -> str:
    return (
        f"<h2>{_('Signs are reasons to look closer')}</h2>"
        f"<p>{_('No single sign proves trafficking. Separate people gently, and ask open questions.')}</p>"
    )


def key_point() -> dict[str, Any]:
    return {"text": _("For a child, no means need be shown."), "source": "L1 3(c)"}


def callout() -> dict[str, Any]:
    return {
        "kind": "harm",
        "title": _("Do no harm"),
        "text": _("Never interview anybody in front of the suspected trafficker."),
    }


def content_note() -> dict[str, Any]:
    return {
        "level": "W2",
        "text": _("The next case deals with violence against a worker. It takes about four minutes."),
    }


def care_prompt() -> dict[str, Any]:
    return {"kind": "middle", "text": ""}


def scenario() -> dict[str, Any]:
    return {"text": _("Mina, 19, from Velanja, agrees online to hotel work. On arrival her passport is taken.")}


def branching() -> dict[str, Any]:
    return {
        "title": _("The night bus"),
        "introduction": _("In Marenna, an invented country, a night bus stops in your bay."),
        "roles": [{"name": _("Border officer"), "key": "border", "start": "bay"}],
        "nodes": [
            {
                "key": "bay",
                "kind": "situation",
                "text": _("A man holds the documents of four passengers and answers for them."),
                "choices": [
                    {
                        "text": _("Speak with each of them apart, with your own interpreter"),
                        "quality": "best",
                        "consequence": _("One of them sits down and begins to speak."),
                        "feedback": _("Nobody has to prove anything to be asked in private."),
                        "target": "safe",
                    },
                    {
                        "text": _("Ask the man about the work"),
                        "quality": "harmful",
                        "consequence": _("The four say nothing more."),
                        "feedback": "",
                        "target": "gone",
                    },
                ],
            },
            {
                "key": "safe",
                "kind": "end",
                "text": _("All four sleep in a safe place that night."),
                "outcome": "good",
                "debrief": _("You gave time and privacy. Whether they speak is theirs to decide."),
                "source": "L1 6(3)",
            },
            {
                "key": "gone",
                "kind": "end",
                "text": _("The bus leaves with them."),
                "outcome": "harmful",
                "debrief": _("One voice for four people is a reason to make time."),
            },
        ],
    }


def check() -> dict[str, Any]:
    """The first practice question that there is."""
    return {"item": next((items[0][0] for bank, items in practice_items() if bank), "")}


def package() -> dict[str, Any]:
    return {"package": ""}


def steps() -> dict[str, Any]:
    return {
        "title": _("First contact"),
        "steps": [
            {"title": _("Make the place safe"), "text": _("Nobody speaks freely beside the person they fear.")},
            {"title": _("Ask what is needed now"), "text": ""},
            {"title": _("Refer"), "text": _("You do not have to prove the crime to offer protection.")},
        ],
    }


def checklist() -> dict[str, Any]:
    return {
        "title": _("Before an interview"),
        "points": [
            _("An interpreter who is independent is there"),
            _("The person knows that breaks are possible"),
            _("Somebody to refer to is on call"),
        ],
    }


def accordion() -> dict[str, Any]:
    return {
        "entries": [
            {"title": _("What if there is no interpreter?"), "text": _html(_("Postpone whatever can wait."))},
            {"title": _("What if a child is there?"), "text": _html(_("Call the child protection desk first."))},
        ]
    }


def table() -> dict[str, Any]:
    return {
        "caption": _("Two crimes"),
        "header_row": True,
        "header_column": True,
        "rows": [
            {"c1": _("Question"), "c2": _("Smuggling"), "c3": _("Trafficking")},
            {"c1": _("Against whom?"), "c2": _("The State"), "c3": _("The person")},
            {"c1": _("Is a border crossed?"), "c2": _("Always"), "c3": _("Not always")},
        ],
    }


def timeline() -> dict[str, Any]:
    return {
        "title": _("The first days"),
        "moments": [
            {"when": _("At once"), "text": _("Safety, and a doctor where one is needed.")},
            {"when": _("Within 24 hours"), "text": _("The referral desk is told, with the person’s consent.")},
            {"when": _("After two weeks"), "text": _("A second talk, if the person wishes it.")},
        ],
    }


def comparison() -> dict[str, Any]:
    return {
        "title": _("Two crimes"),
        "sides": [
            {
                "title": _("Smuggling of migrants"),
                "text": _bullets(_("a crime against the State"), _("a border is crossed")),
            },
            {
                "title": _("Trafficking in persons"),
                "text": _bullets(_("a crime against a person"), _("exploitation is the purpose")),
            },
        ],
    }


def quotation() -> dict[str, Any]:
    return {
        "text": _("The consent of a victim is irrelevant where any of the means has been used."),
        "source": "L1 3(b)",
    }


def term() -> dict[str, Any]:
    return {
        "term": _("Non-refoulement"),
        "definition": _("Nobody may be returned to a place where life or freedom would be in danger."),
        "source": "L4 33",
    }


def picture() -> dict[str, Any]:
    """The first picture that there is."""
    return {
        "picture": first_media("picture"),
        "alt": _("Fishing boats at a pier in the morning fog; one has no number on its bow."),
        "is_decorative": False,
        "caption": _("What would you look at first?"),
    }


def video() -> dict[str, Any]:
    return {
        "title": _("At the pier"),
        "file": first_media("video"),
        "length": "3:20",
        "poster": first_media("picture"),
        "captions": [],
        "transcript": _("A man waits at the pier. A boat comes without lights. An officer asks who needs water."),
    }


def audio() -> dict[str, Any]:
    return {
        "title": _("A call to the helpline"),
        "file": first_media("audio"),
        "length": "1:10",
        "transcript": _("“They keep our passports. We are five in one room.” An actor speaks the words."),
    }


def document() -> dict[str, Any]:
    return {
        "title": _("Referral form"),
        "file": first_media("document"),
        "about": _("Two pages to fill in by hand, for the first officer at the scene."),
    }


def country() -> dict[str, Any]:
    return {
        "kind": "law",
        "title": _("The law in your country"),
        "guidance": _("Name the act, the articles that define the crime, and the penalty. No cases."),
        "fallback": _("Your country has a law against trafficking. The legal unit of your service can name it."),
    }
