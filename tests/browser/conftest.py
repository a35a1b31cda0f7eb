from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, expect

from knowledge.models import Topic
from office.models import User
from tests.cast import signed_in
from tests.servers.browser import Witness

expect.set_options(timeout=20_000)  # two cores, and other tests beside this one


@pytest.fixture
def new_browser(new_context: Callable[[], BrowserContext]) -> Iterator[Callable[[], Page]]:
    """`new_browser()`: an empty page of one more person's own browser, watched as `context` is."""
    witnesses: list[Witness] = []

    def open_one() -> Page:
        context = new_context()
        witnesses.append(Witness(context))
        return context.new_page()

    yield open_one
    for witness in witnesses:
        witness.saw_nothing_wrong()


@pytest.fixture
def sign_in() -> Callable[[Page, str, User], None]:
    """`sign_in(page, site, user)`: give the browser the session of a person who has signed in."""

    def give_session(page: Page, site: str, user: User) -> None:
        cookie = signed_in(user).cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": site}])

    return give_session


@pytest.fixture
def topic(transactional_db: None) -> Topic:
    """The topic of routine questions; what the migrations brought is gone after the first test of this kind."""
    return Topic.objects.get_or_create(key="procedures", defaults={"name": "手続案内", "name_en": "Procedures"})[0]
