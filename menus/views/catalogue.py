"""The catalogue of support menus as everybody in the city may read it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from menus.models import MenuFile, SupportMenu
from office import files


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """What the office offers today, kind by kind, with what each menu suits."""
    return render(request, "menus/catalogue.html", {"menus": SupportMenu.objects.on_offer().by_kind()})


@login_not_required
@require_safe
def menu(request: HttpRequest, key: str) -> HttpResponse:
    menu = get_object_or_404(SupportMenu, key=key)
    return render(request, "menus/catalogue_menu.html", {"menu": menu, "files": menu.files.standing()})


@login_not_required
@require_safe
def file(request: HttpRequest, key: str, pk: str) -> HttpResponseBase:
    """A file that goes with the menu, to be saved."""
    return files.download(request, get_object_or_404(MenuFile.objects.standing(), menu__key=key, pk=pk))
