import unicodedata
from dataclasses import dataclass

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from office.forms import DirectorySearch
from office.models import Absence, Department, DepartmentKind, Pair


@dataclass(frozen=True)
class Row:
    """A department, and the pair that answers for it today where there is one."""

    department: Department
    pair: Pair | None

    def has(self, words: list[str]) -> bool:
        """Whether each word occurs in the department's name or in that of one of the two."""
        names = [self.department.name, *(person.name for person in (self.pair.people if self.pair else []))]
        text = "\n".join("".join(folded(name).split()) for name in names)
        return all(word in text for word in words)


def folded(text: str) -> str:
    """`text` without differences that nobody means: full or half width, case, 保土ヶ谷 for 保土ケ谷."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ヶ", "ケ")


@login_not_required
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Who answers for which department today; `?q=` looks for a department or a person."""
    form = DirectorySearch(request.GET)
    words = folded(form.cleaned_data["q"]).split() if form.is_valid() else []
    pairs = {pair.department_id: pair for pair in Pair.objects.current().with_people()}
    rows = [Row(department, pairs.get(department.pk)) for department in Department.objects.current()]
    found = [row for row in rows if row.has(words)]
    Absence.objects.note_on(person for row in found if row.pair for person in row.pair.people)
    groups = [(kind, [row for row in found if row.department.kind == kind]) for kind in DepartmentKind.values]
    return render(
        request,
        "office/directory.html",
        {"form": form, "groups": groups, "count": len(found), "searched": bool(words)},
        status=200 if form.is_valid() else 422,
    )
