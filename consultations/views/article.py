"""An article out of a case."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from consultations import actions
from consultations.actions import ActionRefused, ArticleThere
from consultations.views.case_page import find, list_kept
from office.access import office_only
from office.listing import listed


@office_only
@require_POST
def begin(request: HttpRequest, number: str) -> HttpResponse:
    """Make a draft, and go on writing it; where there is one already, go there. With `topic` it is one for all cases
    like this.
    """
    case = find(request, number)
    try:
        for_alike = "topic" in request.POST
        article, blanked = actions.begin_article(case=case, by=request.user, for_alike=for_alike)
    except ArticleThere as there:
        messages.info(request, str(there))
        return redirect(there.article.get_desk_url())
    except ActionRefused as refused:
        messages.error(request, str(refused))
        return redirect(case.get_absolute_url() + list_kept(request))
    if blanked:
        words = _("Blanked: %(words)s. Read the text, fill in or rewrite every 〔　〕, and see that it names nobody.")
        messages.warning(request, words % {"words": listed(blanked)})
    else:
        messages.warning(request, _("Read the text and see that it names nobody before you hand it on."))
    return redirect("desk_article_draft", article.pk)
