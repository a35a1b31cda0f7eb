import argparse
import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from office.forms import DepartmentRow
from office.models import Department, Section

# Each column may go by its Japanese name.
COLUMNS = {
    "code": "コード",
    "name": "名称",
    "kind": "種別",
    "order": "並び順",
    "valid_from": "開始日",
    "valid_to": "終了日",
    "successor": "後継コード",
    "planning_email": "企画担当メール",
    "sections": "所管課",
}
NEEDED = ["code", "name", "kind"]


class Command(BaseCommand):
    help = "Load departments, and sections where the file names them, from a municipality's own CSV file."
    details = """
The file is CSV with a header, in UTF-8 (with or without BOM) or CP932, as Excel saves it.

  code / コード                     what the department is known by; never changes (required)
  name / 名称                       (required)
  kind / 種別                       区 or 局, or ward, bureau (required)
  order / 並び順                    place in the official order (建制順); without it, the place of the row in the file
  valid_from / 開始日               first day, 2026-04-01 or 2026/4/1; empty: since ever
  valid_to / 終了日                 last day; empty: for ever
  successor / 後継コード            code of the department that follows a renamed or merged one
  planning_email / 企画担当メール   mail of the planning section
  sections / 所管課                 sections to offer in the form, separated by 、

Departments whose code is known are brought up to date; what the file has no column for stays as it is. Nothing is
ever deleted: a department that ends gets a last day, a section that ends is switched off in the administration.
Where anything is wrong, line and reason are named and nothing is loaded at all. Running it twice changes nothing.

Example: python manage.py load_departments office/data/yokohama.csv
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs |= {"formatter_class": argparse.RawDescriptionHelpFormatter, "epilog": self.details}
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.csv")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        rows = rows_of(file)
        with transaction.atomic():
            self.stdout.write(load(rows))


def load(rows: list[dict[str, Any]]) -> str:
    """Bring departments and sections up to date with `rows`. Returns in words what was done."""
    departments = {department.code: department for department in Department.objects.select_for_update()}
    before = {code: fields_of(department) for code, department in departments.items()}
    for row in rows:
        department = departments.setdefault(row["code"], Department(code=row["code"]))
        for field in row.keys() - {"successor", "sections"}:
            setattr(department, field, row[field])
        save_changed(department, before.get(department.code))
    for row in rows:  # again: a successor may stand further down
        department = departments[row["code"]]
        if "successor" in row:
            now = fields_of(department)
            department.successor = departments.get(row["successor"])
            save_changed(department, now)
    added = [row for row in rows if row["code"] not in before]
    changed = [row for row in rows if before.get(row["code"], {}) != fields_of(departments[row["code"]])]
    sections = sum(offer(departments[row["code"]], row.get("sections", [])) for row in rows)
    return (
        f"{len(rows)} departments: {len(added)} added, {len(changed) - len(added)} changed,"
        f" {len(rows) - len(changed)} unchanged. {sections} sections added."
    )


def fields_of(department: Department) -> dict[str, Any]:
    return {field.attname: getattr(department, field.attname) for field in Department._meta.concrete_fields}


def save_changed(department: Department, before: dict[str, Any] | None) -> None:
    if fields_of(department) != before:
        department.save()


def offer(department: Department, names: list[str]) -> int:
    """Offer these sections in the form. Returns how many had to be added or switched on again."""
    there = {section.name: section for section in department.sections.all()} if names else {}
    missing = [name for name in names if name not in there or not there[name].is_active]
    for name in missing:
        section = there.get(name, Section(department=department, name=name))
        section.is_active = True
        section.save()
    return len(missing)


def rows_of(file: Path) -> list[dict[str, Any]]:
    """The rows of a file whose every line is in order. Raises CommandError with line and reason of all that is not."""
    lines = lines_of(file)
    columns = columns_of(*next(lines, (1, [])))
    known = set(Department.objects.values_list("code", flat=True))
    rows: dict[str, dict[str, Any]] = {}
    named: list[tuple[int, str]] = []
    problems: list[tuple[int, str]] = []
    for place, (line, cells) in enumerate(lines, start=1):
        form = DepartmentRow(dict(zip(columns, cells, strict=False)))
        if len(cells) > len(columns):
            problems.append((line, _("There are more cells than columns.")))
        if not form.is_valid():
            problems += [(line, f"{columns[field]}: {' '.join(words)}") for field, words in form.errors.items()]
            continue
        row = {name: form.cleaned_data[name] for name in columns}
        if row.get("order") is None:
            row["order"] = place
        if row["code"] in rows:
            problems.append((line, _("The code “%(code)s” stands in the file twice.") % {"code": row["code"]}))
        rows[row["code"]] = row
        named.append((line, row.get("successor", "")))
    for line, code in named:
        if code and code not in known | rows.keys():
            problems.append((line, _("There is no department with the code “%(code)s”.") % {"code": code}))
    if problems:
        raise refusal(problems)
    return list(rows.values())


def columns_of(line: int, header: list[str]) -> dict[str, str]:
    """Our names of the file's columns, and the file's own. CommandError where one is unknown, missing or twice."""
    ours = {japanese: name for name, japanese in COLUMNS.items()}
    found = [ours.get(unicodedata.normalize("NFKC", cell), cell) for cell in header]
    problems = [_("The column “%(name)s” is unknown.") % {"name": name} for name in found if name not in COLUMNS]
    problems += [_("The column “%(name)s” is missing.") % {"name": name} for name in NEEDED if name not in found]
    problems += [_("The column “%(name)s” stands there twice.") % {"name": n} for n in COLUMNS if found.count(n) > 1]
    if problems:
        raise refusal([(line, problem) for problem in problems])
    return dict(zip(found, header, strict=True))


def lines_of(file: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with the number of the line it begins in."""
    reader = csv.reader(io.StringIO(text_of(file), newline=""), strict=True)
    begins = 1
    while True:
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as problem:
            raise refusal([(begins, _("This is not CSV (%(reason)s).") % {"reason": problem})]) from None
        if any(cells):
            yield begins, cells
        begins = reader.line_num + 1


def text_of(file: Path) -> str:
    """What is in the file, whichever of the two encodings it has. Raises CommandError where it has neither."""
    try:
        data = file.read_bytes()
    except OSError as problem:
        raise CommandError(f"{file}: {problem.strerror}") from None
    furthest = 0
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as problem:
            furthest = max(furthest, problem.start)
    line = data.count(b"\n", 0, furthest) + 1
    raise refusal([(line, _("There are characters here that are neither UTF-8 nor CP932. Save it as CSV (UTF-8)."))])


def refusal(problems: list[tuple[int, str]]) -> CommandError:
    words = [_("Line %(line)s: %(reason)s") % {"line": line, "reason": reason} for line, reason in sorted(problems)]
    return CommandError("\n".join([*words, _("Nothing was loaded.")]))
