from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from menus.models import SupportMenu
from office.access import office_only


@office_only
@require_safe
def menu_list(request: HttpRequest) -> HttpResponse:
    """What the office can offer today, to choose from: kind by kind, with what each menu suits."""
    offered = SupportMenu.objects.on_offer()
    resting = SupportMenu.objects.exclude(pk__in=offered)
    return render(request, "menus/menu_list.html", {"menus": offered, "resting": resting})


@office_only
@require_safe
def menu_detail(request: HttpRequest, key: str) -> HttpResponse:
    menu = get_object_or_404(SupportMenu, key=key)
    return render(request, "menus/menu_detail.html", {"menu": menu})
