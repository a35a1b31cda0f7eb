import uuid
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from office.models import User
from outbox import actions as outbox
from outbox.actions import Mail


class AccountAdapter(DefaultAccountAdapter):
    """People are added by the administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where a person goes who signed in without having come from somewhere: the office to its desk."""
        if isinstance(request.user, User) and request.user.is_office:
            return resolve_url("desk")
        return super().get_login_redirect_url(request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """By SITE_URL: the request says only by what host the one who asked for the mail has come."""
        return settings.SITE_URL + urlsplit(super().get_reset_password_from_key_url(key)).path

    def format_email_subject(self, subject: str) -> str:
        return _("[%(service)s] %(subject)s") % {"service": settings.SERVICE_NAME, "subject": subject}

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the link to a new password like any other mail: a mail server that is down holds up nobody."""
        message = self.render_mail(template_prefix, email, {"request": current.request, "email": email, **context})
        with transaction.atomic():
            outbox.send(
                key=f"account:{uuid.uuid4()}", about="", mails=[Mail(email, str(message.subject), str(message.body))]
            )
