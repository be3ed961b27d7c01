import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.exchange import (
    ENCODINGS,
    NotReadable,
    PeoplePlan,
    PlanOutOfDate,
    Problem,
    apply_people,
    plan_people,
    read_table,
    read_text,
)
from accounts.models import Agency, Member


class Command(BaseCommand):
    help = (
        "Bring in officers of one member from a CSV file. Plans first, with every problem by row; without problems "
        "it then applies all or nothing. The same file twice changes nothing. docs/coordinator.md names the columns."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the list, as CSV")
        parser.add_argument("--member", required=True, help="code of the member, such as ID")
        parser.add_argument("--plan", action="store_true", help="only say what would happen")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
        parser.add_argument("--encoding", default="", choices=["", *ENCODINGS], help="of the file; found out otherwise")
        parser.add_argument(
            "--make-agencies",
            default="",
            metavar="KIND",
            choices=["", *Agency.Kind.values],
            help="make the agencies that the list names and that there are not, as ones of this kind: "
            + ", ".join(Agency.Kind.values),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        member = Member.objects.filter(code=options["member"].upper()).first()
        if member is None:
            raise CommandError(
                f"There is no member “{options['member']}”. Give its code, such as ID for Indonesia (--member)."
            )
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}. Give the path of a CSV file.") from error
        encoding = ""
        try:
            text = read_text(data, encoding=options["encoding"], languages=member.languages)
            encoding = text.encoding
            table = read_table(text.text)
            if text.guessed:
                self.stderr.write(
                    f"The file does not say its encoding; it is read as {encoding}. Look at the names, and give "
                    "--encoding if they are wrong: " + ", ".join(sample_names(table.rows))
                )
            plan = plan_people(
                by=None,
                member=member,
                table=table,
                new_agencies=options["make_agencies"],
                progress=self._progress("checked"),
            )
            if not plan.errors and not options["plan"]:
                apply_people(by=None, plan=plan, progress=self._progress("written"))
        except NotReadable as problem:
            plan = PeoplePlan(member=member, problems=[Problem(problem.row, "", str(problem))])
        except PlanOutOfDate as problem:
            raise CommandError(str(problem)) from problem
        self._report(plan, encoding, options)
        if plan.errors:
            raise CommandError(
                f"{options['file']}: {len(plan.errors)} problems. Nothing was changed. Put them right and run it again."
            )

    def _progress(self, what: str) -> Any:
        last = 0

        def tell(done: int, total: int) -> None:
            nonlocal last
            if total >= 1000 and (done - last >= total / 20 or done == total != last):
                last = done
                self.stderr.write(f"{100 * done // total} % {what}")

        return tell

    def _report(self, plan: PeoplePlan, encoding: str, options: dict[str, Any]) -> None:
        if options["json"]:
            found = plan.as_json() | {"encoding": encoding, "member": plan.member.code, "plan": options["plan"]}
            if plan.errors:
                found |= {"made": 0, "changed": 0}
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        for each in plan.problems:
            kind = "Warning" if each.warning else "Problem"
            where = f"row {each.row}" if each.row else "file"
            self.stdout.write(f"{kind}: {where}{', ' + each.column if each.column else ''}: {each.what}")
        if not plan.errors:
            verb = "Would make" if options["plan"] else "Made"
            self.stdout.write(
                f"{verb} {len(plan.made)} people and {len(plan.new_agencies)} agencies; {len(plan.changed)} people "
                f"changed, {plan.unchanged} unchanged."
            )


def sample_names(rows: list[tuple[int, dict[str, str]]], most: int = 5) -> list[str]:
    """Some names in which the guess of an encoding shows."""
    names = [cells.get("full name", "").strip() for _row, cells in rows]
    return [each for each in names if not each.isascii()][:most] or names[:most]
