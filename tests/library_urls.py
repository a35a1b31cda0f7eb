"""The addresses of articles and examples, until their pages are there."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config.urls import handler400
from config.urls import urlpatterns as ours

__all__ = ["handler400", "urlpatterns"]


@login_not_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(f"<h1>{pk}</h1>")


urlpatterns = [
    *ours,
    path("articles/<int:pk>/", page, name="article"),
    path("examples/<int:pk>/", page, name="example"),
]
