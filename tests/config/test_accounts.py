import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from django.core import mail
from django.urls import reverse

from office.models import User
from outbox.models import Delivery
from tests.cast import signed_in
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def sign_in(client, username: str, password: str = PASSWORD, **given: str):
    return client.post(LOGIN, {"login": username, "password": password, **given})


def activation(client):
    """The page that begins one-time codes; it asks for the password once more."""
    asked = client.get("/accounts/2fa/totp/activate/")["Location"]
    assert asked.startswith(reverse("account_reauthenticate"))
    return client.post(asked, {"password": PASSWORD}, follow=True)


def code_of(secret: str) -> str:
    """The one-time code that an app with this secret shows now (RFC 6238)."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


@pytest.mark.parametrize(
    ("person", "leads_to"),
    [("suzuki", "desk"), ("administrator", "desk"), ("tanaka", "portal"), ("ict_member", "portal")],
)
def test_signing_in_leads_the_office_to_its_desk_and_others_to_the_start(client, request, person, leads_to):
    user = request.getfixturevalue(person)
    assert sign_in(client, user.username)["Location"] == reverse(leads_to)


def test_signing_in_leads_back_to_where_one_came_from_but_never_off_the_site(client, suzuki):
    assert sign_in(client, "suzuki", next="/desk/menus/")["Location"] == "/desk/menus/"
    client.logout()
    assert sign_in(client, "suzuki", next="https://elsewhere.example.com/")["Location"] == reverse("desk")


@pytest.mark.parametrize(("username", "password"), [("suzuki", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_password_and_an_unknown_name_are_refused_in_the_same_words(client, suzuki, username, password):
    response = sign_in(client, username, password)
    assert "ユーザー名もしくはパスワードが正しくありません。" in response.content.decode()
    assert "エラー：" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_someone_who_left_cannot_sign_in(client, ito):
    User.objects.filter(pk=ito.pk).update(is_active=False)
    sign_in(client, "ito")
    assert "_auth_user_id" not in client.session


def test_guessing_is_stopped_even_with_the_right_password_at_last(client, suzuki):
    for attempt in range(6):
        sign_in(client, "suzuki", f"guess-{attempt}")
    response = sign_in(client, "suzuki")
    assert "時間が経ってからやり直してください" in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_signing_out_takes_a_button_not_a_link(client, suzuki):
    sign_in(client, "suzuki")
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/")["Location"] == reverse("portal")
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client):
    given = {"username": "x", "password1": PASSWORD}
    for response in (client.get("/accounts/signup/"), client.post("/accounts/signup/", given)):
        assert "account/signup_closed.html" in [template.name for template in response.templates]
    assert not User.objects.exists()


def test_a_password_is_changed_and_the_old_one_no_longer_works(client, suzuki):
    sign_in(client, "suzuki")
    new = {"password1": "a-brand-new-secret", "password2": "a-brand-new-secret"}
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})
    client.logout()
    sign_in(client, "suzuki")
    assert "_auth_user_id" not in client.session
    sign_in(client, "suzuki", new["password1"])
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("weak", ["short", "suzuki@city.exam", "123456789012"])
def test_a_weak_password_is_refused(client, suzuki, weak):
    sign_in(client, "suzuki")
    response = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    )
    assert response.status_code == 200
    assert User.objects.get().check_password(PASSWORD)


def test_a_forgotten_password_is_set_by_a_link_that_goes_through_the_outbox(client, suzuki):
    client.post("/accounts/password/reset/", {"email": "suzuki@city.example.jp"})
    queued = Delivery.objects.get()
    assert (queued.address, queued.subject) == ("suzuki@city.example.jp", "【DX推進相談】パスワードの再設定")
    assert "ユーザー名「suzuki」" in queued.body
    assert mail.outbox == []
    page = client.get(re.search(r"https?://\S+", queued.body)[0], follow=True)
    new = {"password1": "a-brand-new-secret", "password2": "a-brand-new-secret"}
    client.post(page.redirect_chain[-1][0], new)
    sign_in(client, "suzuki", new["password1"])
    assert "_auth_user_id" in client.session


def test_the_link_to_a_new_password_leads_to_the_site_whatever_host_was_asked_for(client, suzuki, settings):
    settings.ALLOWED_HOSTS = ["other.example.jp"]
    client.post("/accounts/password/reset/", {"email": "suzuki@city.example.jp"}, headers={"host": "other.example.jp"})
    body = Delivery.objects.get().body
    assert f"{settings.SITE_URL}/accounts/password/reset/key/" in body
    assert "other.example.jp" not in body


def test_an_unknown_address_gets_no_mail_and_the_same_answer(client, suzuki):
    known = client.post("/accounts/password/reset/", {"email": "suzuki@city.example.jp"})
    unknown = client.post("/accounts/password/reset/", {"email": "stranger@example.com"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [delivery.address for delivery in Delivery.objects.all()] == ["suzuki@city.example.jp"]


def test_addresses_are_not_changed_by_oneself(suzuki):
    browser = signed_in(suzuki)
    assert browser.get("/accounts/email/").status_code == 404
    assert browser.post("/accounts/email/", {"email": "x@example.com", "action_add": ""}).status_code == 404


@pytest.mark.parametrize(("language", "words"), [("ja", "認証アプリ"), ("en", "Authenticator")])
def test_the_page_of_one_time_codes_speaks_the_language_and_bears_the_policy(client, suzuki, settings, language, words):
    sign_in(client, "suzuki")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    response = activation(client)
    page = response.content.decode()
    assert words in page
    assert 'src="data:image/svg+xml' in page
    assert "img-src 'self' data:" in response["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]* src=)|<style| style=", page)


def test_with_one_time_codes_the_password_alone_no_longer_signs_in(client, suzuki, administrator):
    sign_in(client, "suzuki")
    secret = activation(client).context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    client.post("/accounts/logout/")

    assert sign_in(client, "suzuki")["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get("/desk/").status_code == 302
    assert client.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session

    act = {"action": "forget_codes", "_selected_action": [suzuki.pk]}
    signed_in(administrator).post("/admin/office/user/", act)
    client.logout()
    assert sign_in(client, "suzuki")["Location"] == reverse("desk")


def test_a_sign_in_leaves_no_line_in_the_history_of_the_person(client, suzuki):
    before = suzuki.history.count()
    sign_in(client, "suzuki")
    assert User.objects.get().last_login
    assert suzuki.history.count() == before
