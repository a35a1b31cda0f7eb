from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from menus import actions
from menus.forms import MenuForm
from menus.models import MenuKind, SupportMenu
from office.access import office_only
from office.keeping import Keeping

keeping = Keeping(
    "menus",
    MenuForm,
    in_use=SupportMenu.objects.on_offer,
    columns=["kind", "active_from", "active_to", "order"],
    keep=actions.keep_menu,
    lead=_("What the office can offer where advice alone does not settle a case."),
)


@office_only
@require_safe
def menu_list(request: HttpRequest) -> HttpResponse:
    """What the office can offer today, to choose from: kind by kind, with what each menu suits."""
    kinds = MenuKind.values
    offered = sorted(SupportMenu.objects.on_offer(), key=lambda menu: kinds.index(menu.kind))
    resting = SupportMenu.objects.exclude(pk__in=[menu.pk for menu in offered])
    return render(request, "menus/menu_list.html", {"menus": offered, "resting": resting})


@office_only
@require_safe
def menu_detail(request: HttpRequest, key: str) -> HttpResponse:
    menu = get_object_or_404(SupportMenu, key=key)
    on_offer = SupportMenu.objects.on_offer().filter(pk=menu.pk).exists()
    return render(request, "menus/menu_detail.html", {"menu": menu, "on_offer": on_offer})
