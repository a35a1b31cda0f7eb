from consultations.states import Status
from tests.consultations.case_page import kinds, look, send


def test_it_says_that_work_has_begun(desk, new_case):
    response = send(desk, new_case, "take_up", version=new_case.version)
    assert response["Location"] == new_case.get_absolute_url()
    new_case.refresh_from_db()
    assert new_case.status == Status.STARTED
    assert kinds(new_case) == ["received", "taken_up"]


def test_it_is_offered_on_a_new_case_only(desk, new_case):
    url = f'action="{new_case.get_absolute_url()}take-up/"'
    assert url in look(desk, new_case).content.decode()
    send(desk, new_case, "take_up")
    assert url not in look(desk, new_case).content.decode()


def test_it_is_refused_with_words_where_work_has_begun(desk, started_case):
    desk.cookies["language"] = "en"
    response = send(desk, started_case, "take_up")
    assert response.status_code == 409
    assert "Work on this case has already begun." in response.content.decode()
    assert kinds(started_case) == ["received", "taken_up"]


def test_it_keeps_in_mind_the_list_that_the_case_was_opened_from(desk, new_case):
    url = f"{new_case.get_absolute_url()}take-up/?list=status%3Dnew%26at%3D0"
    assert desk.post(url)["Location"] == f"{new_case.get_absolute_url()}?list=status%3Dnew%26at%3D0"
