"""Where the pages of a course stand: on the shelf under its slug, or somewhere else with the same pages below it."""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class Addresses:
    """Makes the addresses of one course's pages.

    Attributes:
        prefix: of the names of the addresses, such as ``"courses:"``.
        args: what comes before everything in them, such as the course's slug.
    """

    prefix: str
    args: tuple[str, ...]

    def to(self, name: str, *args: str) -> str:
        """The address of a page: ``to("course")``, ``to("activity", key)``, ``to("check", key, block)`` …"""
        return reverse(self.prefix + name, args=[*self.args, *args])


def on_shelf(slug: str) -> Addresses:
    """Where officers find a published course."""
    return Addresses("courses:", (slug,))
