"""What the team leads keep here: menus with their files, and contracts with consultants."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from menus import actions
from menus.forms.contract import ContractForm
from menus.forms.filing import FilesForm
from menus.forms.menu import MenuForm
from menus.models import Contract, MenuFile, SupportMenu
from office import once
from office.access import keepers_only, looks_and_changes
from office.files import stored
from office.keeping import Keeping

menus = Keeping(
    "menus",
    MenuForm,
    in_use=SupportMenu.objects.on_offer,
    columns=["kind", "active_from", "active_to", "order"],
    keep=actions.keep_menu,
    lead=gettext_lazy("What the office can offer where advice alone does not settle a case."),
    form_template="menus/keeping_form.html",
)
contracts = Keeping(
    "contracts",
    ContractForm,
    in_use=Contract.objects.in_force,
    columns=["fiscal_year", "hours"],
    keep=actions.keep_contract,
    lead=gettext_lazy("How many hours outside consultants work for us in a fiscal year."),
)


@keepers_only
@looks_and_changes
def files(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a menu: what is given out, and a form to add more."""
    menu = get_object_or_404(SupportMenu, pk=pk)
    form, status = FilesForm(*([request.POST, request.FILES] if request.method == "POST" else [])), 200

    def add() -> None:
        with stored(form.cleaned_data["files"], MenuFile) as kept:
            actions.add_files(menu=menu, by=request.user, files=kept)

    if form.is_bound and (status := once.take(request, form, add)) == once.DONE:
        messages.success(request, _("The files are in the catalogue."))
        return redirect("keeping_menus_files", pk)
    files = menu.files.standing().select_related("added_by")
    page = {"menu": menu, "files": files, "form": form, "once": once.new_key()}
    return render(request, "menus/keeping_files.html", page, status=status)


@keepers_only
@require_POST
def take_down(request: HttpRequest, pk: int, file: str) -> HttpResponse:
    row = get_object_or_404(MenuFile, menu=pk, pk=file)
    try:
        actions.take_down(file=row, by=request.user)
        messages.success(request, _("“%(name)s” is no longer given out.") % {"name": row.name})
    except actions.ActionRefused as refused:
        messages.warning(request, str(refused))
    return redirect("keeping_menus_files", pk)
