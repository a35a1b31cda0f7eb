from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class AdminSite(admin.AdminSite):
    """Django's admin behind the one sign-in of the site: no second door, and one-time codes hold here too."""

    site_header = _("Administration of the consultation desk")
    site_title = _("Administration")
    index_title = _("Master data and records")
    login = staticmethod(secure_admin_login(lambda request, **_: None))  # type: ignore[assignment]
