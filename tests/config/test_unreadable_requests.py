"""What no browser would send: a page with status 400, never a 500."""

import re

import pytest
from django.test import Client

from tests.cast import signed_in
from tests.test_house_rules import named_urls


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data; boundary=" + "x" * 300]
)
def test_it_says_that_it_could_not_be_read(content_type):
    stranger = Client(enforce_csrf_checks=True, raise_request_exception=False)
    stranger.get("/consult/")
    token = {"x-csrftoken": stranger.cookies["csrf"].value}
    page = stranger.post("/consult/", b"a=1", content_type=content_type, headers=token)
    assert page.status_code == 400
    assert "送信内容を読み取れませんでした" in page.content.decode()


def test_an_address_with_a_nul_is_refused_wherever_text_may_stand_in_it(administrator):
    """PostgreSQL takes none, not even in a question."""
    browser = signed_in(administrator)
    routes = {str(url.pattern) for name, url in named_urls() if ":" not in name}
    routes = {route for route in routes if re.search(r"<(str|path):", route)}
    assert len(routes) >= 9
    answers = {route: browser.get("/" + re.sub(r"<.*?>", "%00", route)).status_code for route in routes}
    assert {route for route, status in answers.items() if status != 400} == set()
