"""Course bundles: courses as readable files, in and out (`curriculum/README.md` documents the format).

Import is a plan first: read the files, collect every problem with file and line, compare with the database, and only
then change all of it or nothing.
"""

from courses.pages.exchange.apply import Result, apply_plan
from courses.pages.exchange.bundle import Bundle
from courses.pages.exchange.export import Exported, NotExportable, export_course
from courses.pages.exchange.files import read_bundle, read_bundles
from courses.pages.exchange.plan import Change, Plan, clashes_between, plan_import
from courses.pages.exchange.reading import BundleProblems, Problem

__all__ = [
    "Bundle",
    "BundleProblems",
    "Change",
    "Exported",
    "NotExportable",
    "Plan",
    "Problem",
    "Result",
    "apply_plan",
    "clashes_between",
    "export_course",
    "plan_import",
    "read_bundle",
    "read_bundles",
]
