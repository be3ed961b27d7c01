"""Branching scenarios for tests: one worth playing, and a short way to write others."""

from typing import Any

from wagtail.models import Page

from courses.pages.models import LessonPage


def listed(entries: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    """Entries as Wagtail stores a list, with ids that can be read."""
    return [
        {"type": "item", "id": f"{prefix}{number}", "value": entry} for number, entry in enumerate(entries, start=1)
    ]


def choice(text: str, target: str, quality: str, consequence: str, feedback: str = "") -> dict[str, Any]:
    return {"text": text, "target": target, "quality": quality, "consequence": consequence, "feedback": feedback}


def node(key: str, text: str, *choices: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": key,
        "kind": "situation",
        "text": text,
        "choices": listed(list(choices), f"{key}-c"),
        "outcome": "",
        "debrief": "",
        "source": "",
    }


def end(key: str, text: str, outcome: str, debrief: str = "What to take away.", source: str = "") -> dict[str, Any]:
    return node(key, text) | {"kind": "end", "outcome": outcome, "debrief": debrief, "source": source}


def scenario(
    roles: list[tuple[str, str, str]],
    *nodes: dict[str, Any],
    title: str = "A scenario",
    introduction: str = "Somewhere.",
) -> dict[str, Any]:
    """The raw value of a block; roles are (key, name, start)."""
    return {
        "title": title,
        "introduction": introduction,
        "roles": listed([{"key": key, "name": name, "start": start} for key, name, start in roles], "r"),
        "nodes": listed(list(nodes), "n"),
    }


def night_bus() -> dict[str, Any]:
    """Two sides of one case, in an invented country; a way that comes back, and every outcome."""
    return scenario(
        [("border", "Border officer", "bay"), ("labour", "Labour inspector", "call")],
        node(
            "bay",
            "The night bus from the river towns stops in your bay. Four young adults sit apart from the other "
            "passengers. A man holds all four travel documents and says that they work for his cousin's packing house. "
            "One of the four, Tavi, looks at the floor whenever he speaks.",
            choice(
                "Ask the man to tell you about the work, in front of everybody",
                "shut",
                "harmful",
                "He answers at once and in detail. The four say nothing. Tavi's hands begin to shake.",
                "Questions in front of a person who may be in control put those people at risk and give you his story "
                "only.",
            ),
            choice(
                "Carry on with the usual check, and give each of the four their own document back",
                "apart",
                "acceptable",
                "Each of them takes the document with surprise. You have a reason to speak with them one by one.",
                "A calm routine keeps everybody safe. It is only the beginning.",
            ),
            choice(
                "Bring the four to the quiet room one by one, with an interpreter of your service",
                "apart",
                "best",
                "Your colleague Ilan keeps the man at the counter with questions about the vehicle. Tavi sits down.",
                "Apart, unhurried and with an interpreter of your own: nobody has to prove anything to be asked in "
                "private.",
            ),
        ),
        node(
            "shut",
            "The four repeat what he said, word for word. The bus is due to leave in ten minutes.",
            choice(
                "Let the bus go: they all agree with him",
                "gone",
                "harmful",
                "The bus leaves. You write “nothing to report”.",
                "The same words from four people are a sign, not an answer.",
            ),
            choice(
                "Begin again: make time, and speak with each of them apart",
                "apart",
                "best",
                "You tell the driver that the check takes longer tonight. Ilan takes the man to the counter.",
                "A poor start can be mended. Saying so to your shift leader is good practice, too.",
            ),
        ),
        node(
            "apart",
            "In the quiet room Tavi says that he owes the man for the journey, that the sum grows each week, and that "
            "he is afraid of what happens if he complains. He asks whether he will be sent back.",
            choice(
                "Say that he must first make a statement against the man",
                "alone",
                "harmful",
                "Tavi falls silent and asks to go back to the bus.",
                "Help never depends on a statement.",
            ),
            choice(
                "Explain what happens next, what he may refuse, and call the referral desk",
                "safe",
                "best",
                "Dara of the referral desk speaks with him on the telephone, then with the three others.",
                "Clear words about the next hours are part of protection.",
            ),
            choice(
                "Ask everything now, so that he has to tell it once only",
                "tired",
                "acceptable",
                "After an hour he mixes up the days and begins to cry.",
                "Once only is right; all of it tonight is too much.",
            ),
        ),
        node(
            "tired",
            "Tavi is exhausted. It is two in the morning.",
            choice(
                "Stop, give him water and time, and begin the referral",
                "safe",
                "best",
                "You say that he did nothing wrong. Dara of the referral desk is on her way.",
            ),
            choice(
                "Go back over the dates until they fit",
                "apart",
                "harmful",
                "He does not answer any more. You take a break and have to begin anew.",
                "Memory under stress has holes. They are no lie.",
            ),
        ),
        node(
            "call",
            "Dara of the referral desk calls you in the morning: four people from the night bus were to work in a "
            "packing house in your district. Forty others are there now. Your visit was planned for next month.",
            choice(
                "Send the police tonight, with all lights on",
                "closed",
                "harmful",
                "The house is empty when they come. Nobody knows where the forty are.",
                "Without a plan for the workers, a raid moves the harm to another place.",
            ),
            choice(
                "Plan a joint visit: inspectors, interpreters and the referral desk",
                "visit",
                "best",
                "You agree on who speaks with whom, and on a place where the workers can stay.",
                "Workers first: roof, wages, papers and advice are ready before the door opens.",
            ),
            choice(
                "Keep to the plan for next month, and write a note",
                "month",
                "harmful",
                "The note goes into the file.",
                "What is known today cannot wait for the calendar.",
            ),
        ),
        node(
            "visit",
            "The owner offers to call all workers together, so that it goes faster.",
            choice(
                "Thank him, and speak with the workers in small groups without him",
                "paid",
                "best",
                "Some speak, some do not. All of them get the number of the helpline and their own time sheet.",
                "Free choice and privacy, also for those who say nothing.",
            ),
            choice(
                "Accept: it saves time",
                "watched",
                "harmful",
                "Everybody says that all is well.",
                "Nobody complains in front of the person who pays.",
            ),
        ),
        end(
            "gone",
            "Weeks later you read of the packing house in a report of the labour inspectors. You remember the bus.",
            "harmful",
            "Signs were there: documents held by somebody else, one voice for four, fear. None of them proves "
            "anything; together they are a reason to make time.",
            "L1 3(a)",
        ),
        end(
            "alone",
            "Tavi goes on with the bus. The three others follow him.",
            "harmful",
            "Assistance comes first and has no price. Who feels safe may speak later, and often does.",
            "L1 6(3)",
        ),
        end(
            "safe",
            "All four sleep in a safe place that night. Two of them speak with an investigator a week later.",
            "good",
            "You gave time, privacy and clear words. Whether they speak is theirs to decide.",
            "L1 6(3)",
        ),
        end(
            "closed",
            "The owner opens again in another district under another name.",
            "harmful",
            "A raid without protection teaches the wrong people to move faster.",
        ),
        end(
            "month",
            "When you come, the forty are thirty, and nobody talks.",
            "mixed",
            "An early call is worth more than a complete file.",
        ),
        end(
            "paid",
            "Unpaid wages are claimed for all forty. Nine people ask for protection; the others keep a safe number.",
            "good",
            "Inspectors see what the police do not. Together you closed the debt and not only the door.",
        ),
        end(
            "watched",
            "Your report says “no complaint”. A week later a worker calls the helpline all the same.",
            "mixed",
            "Silence in front of an employer is no answer. The helpline worked because somebody had shared its number.",
        ),
        title="The night bus",
        introduction="In Marenna, an invented country, a night bus crosses the border twice a week. The referral desk "
        "is one telephone call away, at any hour.",
    )


def block(value: dict[str, Any], id: str = "story") -> dict[str, Any]:
    """The raw block of a lesson."""
    return {"id": id, "type": "branching", "value": value}


def add_lesson(page: Page, *values: dict[str, Any], key: str = "m1-l3") -> LessonPage:
    """A lesson with scenarios in the first module of a course; not published by itself."""
    module = page.get_children().first()
    blocks = [block(value, f"story-{number}" if number > 1 else "story") for number, value in enumerate(values, 1)]
    return module.add_child(
        instance=LessonPage(title="A case to play", slug=key, key=key, locale=page.locale, body=blocks)
    )
