from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from config import views

handler400 = views.unreadable
urlpatterns = [
    path("", views.portal, name="portal"),
    path("healthz", views.healthz, name="healthz"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("accounts/email/", views.nothing_here, name="account_email"),  # addresses are kept by the administrators
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("", include("office.urls")),
    path("", include("consultations.urls")),
    path("", include("menus.urls")),
    path("", include("knowledge.urls")),
    path("desk/meetings/", include("meetings.urls")),
]
