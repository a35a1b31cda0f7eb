"""The cast. 鈴木 and 佐藤 are the desk's pair for 港北区; 田中 works there; 山田 works in 旭区 and must see nothing of
港北区's; 伊藤 is in the office but answers for another department."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from consultations import actions
from consultations.models import Case
from knowledge.models import Topic
from office import clock
from office.models import Department, Pair, Rank, Role, Section, User
from tests.factories import (
    make_case,
    make_department,
    make_member,
    make_pair,
    make_section,
    make_user,
)


@pytest.fixture
def in_reiwa_8() -> Iterator[None]:
    """For numbers and days that a test writes out."""
    with clock.at(timezone.make_aware(datetime(2026, 11, 16, 14))):
        yield


@pytest.fixture
def kohoku(db: None) -> Department:
    return make_department("港北区", order=11, code="kohoku")


@pytest.fixture
def asahi(db: None) -> Department:
    return make_department("旭区", order=8, code="asahi")


@pytest.fixture
def chiiki(kohoku: Department) -> Section:
    return make_section(kohoku, "地域振興課")


@pytest.fixture
def suzuki(db: None) -> User:
    return make_member("suzuki", "鈴木 一郎", rank=Rank.CHIEF, profession="administrative", phone="内線 2101")


@pytest.fixture
def sato(db: None) -> User:
    return make_member("sato", "佐藤 花子", profession="specialist")


@pytest.fixture
def ito(db: None) -> User:
    return make_member("ito", "伊藤 健", profession="specialist")


@pytest.fixture
def administrator(db: None) -> User:
    return make_member("administrator", "管理 太郎", is_superuser=True, on_team=False)


@pytest.fixture
def tanaka(chiiki: Section) -> User:
    return make_user("tanaka", "田中 実", role=Role.WARD, section=chiiki, section_confirmed=True)


@pytest.fixture
def yamada(asahi: Department) -> User:
    section = make_section(asahi, "地域振興課")
    return make_user("yamada", "山田 進", role=Role.WARD, section=section, section_confirmed=True)


@pytest.fixture
def ict_member(db: None) -> User:
    return make_user("ict", "運用 守", role=Role.ICT)


@pytest.fixture
def pair(kohoku: Department, suzuki: User, sato: User) -> Pair:
    return make_pair(kohoku, suzuki, sato)


@pytest.fixture
def procedures(db: None) -> Topic:
    return Topic.objects.get(key="procedures")


@pytest.fixture
def new_case(kohoku: Department, chiiki: Section, pair: Pair) -> Case:
    return make_case(kohoku, section=chiiki)


@pytest.fixture
def started_case(new_case: Case, suzuki: User) -> Case:
    return actions.take_up(case=new_case, by=suzuki)


@pytest.fixture
def closed_case(new_case: Case, suzuki: User, procedures: Topic) -> Case:
    return actions.answer_and_close(
        case=new_case, by=suzuki, text="手引きの3ページをご覧ください。", level=1, topic=procedures
    )


def signed_in(user: User) -> Client:
    """A browser in which `user` has signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def desk(suzuki: User) -> Client:
    """鈴木's browser."""
    return signed_in(suzuki)
