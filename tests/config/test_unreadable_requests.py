"""What no browser would send: a page with status 400, never a 500."""

import pytest
from django.test import Client


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
