"""Valid things, made through the actions; a test states only what matters to it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from consultations import actions
from consultations.models import Case
from menus.actions import keep_contract
from menus.models import Contract, SupportMenu
from office import clock, era
from office.actions import form_pair
from office.actors import SYSTEM
from office.models import Department, DepartmentKind, Rank, Role, Section, User

PASSWORD = "open-sesame-please"


def make_department(name: str, *, order: int = 1, kind: str = DepartmentKind.WARD, code: str = "") -> Department:
    return Department.objects.create(name=name, kind=kind, order=order, code=code or f"d{order:03d}")


def make_user(username: str, name: str, **fields: Any) -> User:
    fields.setdefault("email", f"{username}@city.example.jp")
    return User.objects.create_user(username, PASSWORD, name=name, **fields)


def make_member(username: str, name: str, *, rank: str = Rank.MEMBER, **fields: Any) -> User:
    """Someone of the office."""
    fields.setdefault("on_team", True)
    return make_user(username, name, role=Role.OFFICE, rank=rank, **fields)


def make_pair(department: Department, lead: User | None, partner: User | None, starts_on: date = date(2026, 4, 1)):
    return form_pair(department=department, lead=lead, partner=partner, starts_on=starts_on, by=SYSTEM)


def make_section(department: Department, name: str) -> Section:
    return Section.objects.create(department=department, name=name)


def make_case(department: Department, **given: Any) -> Case:
    """A case as the form would have made it."""
    fields: dict[str, Any] = {
        "by": None,
        "problem": "保育士の勤務シフトを自動で作成できるツールがないか知りたい。",
        "wants": ["procedure"],
        "name": "田中 実",
        "email": "tanaka@kohoku.example.jp",
        "other_section": "地域振興課",
    }
    return actions.receive_case(department=department, **{**fields, **given})


def make_menu(kind: str, name: str = "", **fields: Any) -> SupportMenu:
    """The menu of this kind and name; the same one each time."""
    fields.setdefault("summary", "支援の一つ。")
    key = slugify(f"{kind} {name}")
    return SupportMenu.objects.get_or_create(key=key, defaults={"kind": kind, "name": name or kind, **fields})[0]


def make_contract(hours: int = 100, *, year: int | None = None, menu: SupportMenu | None = None) -> Contract:
    """With consultants, of this fiscal year where none is named."""
    year, menu = year or era.fiscal_year(clock.today()), menu or make_menu("consultant")
    return keep_contract(row=Contract(menu=menu, fiscal_year=year, hours=Decimal(hours)), by=SYSTEM)
