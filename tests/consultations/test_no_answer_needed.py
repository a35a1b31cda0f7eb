"""A requester's message that needs no answer leaves the queue of replies."""

import pytest
from django.urls import reverse

from consultations import actions
from consultations.models import Case, EntryKind
from consultations.models.entry import Requester
from office.actions import ActionRefused


@pytest.fixture
def waiting(closed_case):
    actions.receive_message(case=closed_case, by=Requester(closed_case), kind=EntryKind.ANSWER, text="承知しました。")
    return Case.objects.get(pk=closed_case.pk)


def test_it_leaves_the_queue_and_stays_closed(desk, waiting):
    page = desk.get(waiting.get_absolute_url())
    assert reverse("case_no_answer", args=[waiting.number]) in page.content.decode()
    desk.post(reverse("case_no_answer", args=[waiting.number]), {"version": waiting.version})
    assert not Case.objects.replied()
    assert Case.objects.get(pk=waiting.pk).closed_at
    assert waiting.entries.newest_first()[0].kind == EntryKind.NO_ANSWER_NEEDED


def test_the_requester_does_not_see_it(waiting, suzuki, client):
    actions.need_no_answer(case=waiting, by=suzuki)
    assert "返信不要" not in client.get(reverse("receipt", args=[waiting.token])).content.decode()


def test_it_is_refused_where_nothing_waits(closed_case, suzuki):
    with pytest.raises(ActionRefused):
        actions.need_no_answer(case=closed_case, by=suzuki)
