from django.urls import path, register_converter

from consultations import numbers
from consultations.views import case, desk, intake, receipt


class CaseNumberConverter:
    regex = r"[A-Za-z]\d{1,2}-\d{1,6}"

    def to_python(self, value: str) -> str:
        parts = numbers.read(value)
        if parts is None:
            raise ValueError
        return numbers.write(*parts)

    def to_url(self, value: str) -> str:
        return value


register_converter(CaseNumberConverter, "case")

urlpatterns = [
    # the requester
    path("consult/", intake.fill_in, name="consult"),
    path("consult/draft/", intake.keep_draft, name="consult_draft"),
    path("consult/discard/", intake.discard, name="consult_discard"),
    path("consult/check/", intake.check, name="consult_check"),
    path("receipts/<str:token>/", receipt.show, name="receipt"),
    path("receipts/<str:token>/message/", receipt.message, name="receipt_message"),
    path("receipts/<str:token>/files/<uuid:pk>/", receipt.attachment, name="receipt_attachment"),
    # the desk
    path("desk/", desk.dashboard, name="desk"),
    path("desk/cases/", desk.case_list, name="case_list"),
    path("desk/cases/new/", desk.take_down, name="case_new"),
    path("desk/cases/new/form-link/", desk.send_form_link, name="case_form_link"),
    path("desk/cases/<case:number>/", case.show, name="case_detail"),
    path("desk/cases/<case:number>/files/<uuid:pk>/", case.attachment, name="case_attachment"),
    path("desk/cases/<case:number>/take-up/", case.take_up, name="case_take_up"),
    path("desk/cases/<case:number>/note/", case.add_note, name="case_note"),
    path("desk/cases/<case:number>/reply/", case.reply, name="case_reply"),
    path("desk/cases/<case:number>/no-answer/", case.need_no_answer, name="case_no_answer"),
    path("desk/cases/<case:number>/answer/", case.answer_and_close, name="case_answer"),
    path("desk/cases/<case:number>/hold/", case.hold, name="case_hold"),
    path("desk/cases/<case:number>/resume/", case.resume, name="case_resume"),
    path("desk/cases/<case:number>/complete/", case.complete, name="case_complete"),
    path("desk/cases/<case:number>/close/", case.close, name="case_close"),
    path("desk/cases/<case:number>/reopen/", case.reopen, name="case_reopen"),
    path("desk/cases/<case:number>/describe/", case.describe, name="case_describe"),
    path("desk/cases/<case:number>/origin/", case.correct_origin, name="case_origin"),
    path("desk/cases/<case:number>/contact/", case.correct_contact, name="case_contact"),
    path("desk/cases/<case:number>/pair/", case.assign_pair, name="case_pair"),
    path("desk/cases/<case:number>/supports/", case.choose_support, name="case_support"),
    path("desk/cases/<case:number>/supports/none/", case.settle_by_consultation, name="case_consultation_only"),
    path("desk/cases/<case:number>/supports/<int:pk>/", case.change_support, name="case_support_change"),
    path("desk/cases/<case:number>/ask/", case.ask_meeting, name="case_ask"),
    path("desk/cases/<case:number>/ask/withdraw/", case.withdraw_ask, name="case_ask_withdraw"),
]
