"""The support menus at the desk: the catalogue, and what came of each menu in our cases."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from consultations import evidence, queues
from menus.models import SupportMenu
from office.access import office_only


@office_only
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """What the office can offer today, to choose from: kind by kind, with what each menu suits."""
    menus = evidence.with_use(SupportMenu.objects.all()).by_kind()
    context = {
        "menus": [menu for menu in menus if menu.is_on_offer],
        "resting": [menu for menu in menus if not menu.is_on_offer],
    }
    return render(request, "consultations/menu/list.html", context)


@office_only
@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    """A menu, with the cases that used it and how they ended, and who booked from the contract of a year (`?year=2026`;
    this one where none is named).
    """
    menu = get_object_or_404(SupportMenu, key=key)
    uses = evidence.uses_of(menu, to=request.user).with_what_they_show().select_related("case__department", "menu")
    years = evidence.hours_of(menu) if menu.has_contract else []
    this_year = evidence.this_year_of(years)
    asked = [each for each in years if str(each.contract.fiscal_year) == request.GET.get("year")]
    year = next(iter(asked), this_year)
    booked = evidence.booked_from(year.contract, to=request.user).select_related("case__department") if year else []
    context = {
        "menu": menu,
        "files": menu.files.standing(),
        "record": evidence.record_of(menu, to=request.user),
        "page": Paginator(uses, queues.PER_PAGE).get_page(request.GET.get("page")),
        "years": years,
        "this_year": this_year,
        "year": year,
        "booked": booked,
    }
    return render(request, "consultations/menu/detail.html", context)
