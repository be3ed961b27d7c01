"""Drawing a paper from what a test may ask."""

import random
from collections import defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.permissions import Refused
from assessments.models import ItemVersion


class PaperNotPossible(Refused):
    """The bank cannot fill the paper."""


def draw(pool: Sequence[ItemVersion], per_module: int, rng: random.Random) -> list[ItemVersion]:
    """Draw a paper: so many items from each module, those that must be right always among them, modules in order.

    Raises:
        PaperNotPossible: a module has fewer items than that.
    """
    by_module: dict[str, list[ItemVersion]] = defaultdict(list)
    for version in sorted(pool, key=lambda each: (each.module, each.item.key)):
        by_module[version.module].append(version)
    paper: list[ItemVersion] = []
    for module, versions in by_module.items():
        if len(versions) < per_module:
            raise PaperNotPossible(
                _("This test cannot be started: module %(module)s has %(have)d questions and needs %(need)d.")
                % {"module": module, "have": len(versions), "need": per_module}
            )
        fixed = [version for version in versions if version.must_be_right]
        others = [version for version in versions if not version.must_be_right]
        chosen = fixed + rng.sample(others, max(0, per_module - len(fixed)))
        rng.shuffle(chosen)
        paper += chosen
    if not paper:
        raise PaperNotPossible(_("This test cannot be started: it has no questions yet."))
    return paper


def draw_some(pool: Sequence[ItemVersion], count: int, rng: random.Random) -> list[ItemVersion]:
    """Draw a paper of so many items from all modules together, as evenly as it goes, modules in order: the test of a
    refresher. Those that must be right are always among them, even if they alone are more.

    Raises:
        PaperNotPossible: there are no items, or fewer than that.
    """
    if not pool or len(pool) < count:
        raise PaperNotPossible(_("This test cannot be started: it has no questions yet."))
    by_module: dict[str, list[ItemVersion]] = defaultdict(list)
    for version in sorted(pool, key=lambda each: (each.module, each.item.key)):
        by_module[version.module].append(version)
    chosen = {module: [each for each in versions if each.must_be_right] for module, versions in by_module.items()}
    others = {module: [each for each in versions if not each.must_be_right] for module, versions in by_module.items()}
    for versions in others.values():
        rng.shuffle(versions)
    for _each in range(count - sum(map(len, chosen.values()))):
        open_modules = [module for module in by_module if others[module]]
        fewest = min(len(chosen[module]) for module in open_modules)
        module = rng.choice([each for each in open_modules if len(chosen[each]) == fewest])
        chosen[module].append(others[module].pop())
    for versions in chosen.values():
        rng.shuffle(versions)
    return [version for versions in chosen.values() for version in versions]


def paper_length(pool: Sequence[ItemVersion], per_module: int) -> int:
    """How many questions a paper from this pool has: in each module the draw, or all that must be right if more."""
    must: dict[str, set[int]] = defaultdict(set)
    for version in pool:
        must[version.module] |= {version.pk} if version.must_be_right else set()
    return sum(max(per_module, len(fixed)) for fixed in must.values())
