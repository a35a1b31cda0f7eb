"""What a browser or a proxy may keep of a page."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("url", ["/", "/departments/", "/desk/", "/desk/cases/", "/desk/meetings/", "/admin/"])
def test_no_proxy_keeps_a_page_for_somebody_else(client, administrator, url):
    client.force_login(administrator)
    answer = client.get(url)
    assert answer.status_code == 200
    assert "private" in answer["Cache-Control"]
    assert "no-cache" in answer["Cache-Control"]
    assert "Cookie" in answer["Vary"]
