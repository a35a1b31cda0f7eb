from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.shortcuts import resolve_url

from office.models import User


class AccountAdapter(DefaultAccountAdapter):
    """People are added by the administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where a person goes who signed in without having come from somewhere: the office to its desk."""
        if isinstance(request.user, User) and request.user.is_office:
            return resolve_url("desk")
        return super().get_login_redirect_url(request)
