from django.urls import path, register_converter

from consultations import numbers
from consultations.views import (
    article,
    bulk,
    canned,
    case,
    check,
    desk,
    draft,
    example,
    hearing,
    ict,
    intake,
    keeping,
    lost_link,
    ownership,
    receipt,
    search,
    section,
    similar,
    tie,
    who_knows,
)


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
    path("search/", search.everything, name="search"),
    # the requester
    path("consult/", intake.fill_in, name="consult"),
    path("consult/draft/", intake.keep_draft, name="consult_draft"),
    path("consult/discard/", intake.discard, name="consult_discard"),
    path("consult/check/", intake.check, name="consult_check"),
    path("consult/lost/", lost_link.ask, name="consult_lost"),
    path("consult/lost/asked/", lost_link.asked, name="consult_lost_asked"),
    path("receipts/handed-on/", receipt.handed_on, name="receipt_handed_on"),
    path("receipts/<str:token>/", receipt.show, name="receipt"),
    path("receipts/<str:token>/message/", receipt.message, name="receipt_message"),
    path("receipts/<str:token>/solved/", receipt.solved, name="receipt_solved"),
    path("receipts/<str:token>/contact/", receipt.hand_on, name="receipt_contact"),
    path("receipts/<str:token>/example/", receipt.example, name="receipt_example"),
    path("receipts/<str:token>/files/<uuid:pk>/", receipt.attachment, name="receipt_attachment"),
    # what everybody may learn from
    path("examples/", example.listed, name="example_list"),
    path("examples/<int:pk>/", example.show, name="example"),
    # colleagues of the requester, by their accounts
    path("section/", section.cases, name="section_cases"),
    path("section/<case:number>/", section.show, name="section_case"),
    path("section/<case:number>/files/<uuid:pk>/", section.attachment, name="section_attachment"),
    # the desk
    path("desk/", desk.dashboard, name="desk"),
    path("desk/pairs/", ownership.pair_list, name="pair_list"),
    path("desk/pairs/<path:code>/cancel/", ownership.pair_cancel, name="pair_cancel"),
    path("desk/pairs/<path:code>/", ownership.pair_department, name="pair_department"),
    path("desk/people/<str:username>/pairs/", ownership.pair_person, name="pair_person"),
    path("desk/people/<str:username>/leaving/", ownership.leaving, name="leaving"),
    path("desk/absences/", ownership.absence_list, name="absence_list"),
    path("desk/absences/<int:absence>/", ownership.absence_change, name="absence_change"),
    path("desk/absences/<int:absence>/end/", ownership.absence_end, name="absence_end"),
    path("desk/cases/", desk.case_list, name="case_list"),
    path("desk/cases/new/", desk.take_down, name="case_new"),
    path("desk/cases/new/similar/", similar.while_taking_down, name="case_new_similar"),
    path("desk/cases/new/form-link/", desk.send_form_link, name="case_form_link"),
    path("desk/cases/bulk/close/", bulk.close, name="case_bulk_close"),
    path("desk/cases/bulk/pair/", bulk.hand_over, name="case_bulk_pair"),
    path("desk/cases/bulk/topic/", bulk.set_topic, name="case_bulk_topic"),
    path("desk/cases/<case:number>/", case.show, name="case_detail"),
    path("desk/cases/<case:number>/files/<uuid:pk>/", case.attachment, name="case_attachment"),
    path("desk/cases/<case:number>/take-up/", case.take_up, name="case_take_up"),
    path("desk/cases/<case:number>/note/", case.add_note, name="case_note"),
    path("desk/cases/<case:number>/reply/", case.reply, name="case_reply"),
    path("desk/cases/<case:number>/canned/<int:pk>/", canned.text, name="case_canned"),
    path("desk/cases/<case:number>/no-answer/", case.need_no_answer, name="case_no_answer"),
    path("desk/cases/<case:number>/answer/", case.answer_and_close, name="case_answer"),
    path("desk/cases/<case:number>/hold/", case.hold, name="case_hold"),
    path("desk/cases/<case:number>/resume/", case.resume, name="case_resume"),
    path("desk/cases/<case:number>/ask-progress/", case.ask_progress, name="case_ask_progress"),
    path("desk/cases/<case:number>/complete/", case.complete, name="case_complete"),
    path("desk/cases/<case:number>/close/", case.close, name="case_close"),
    path("desk/cases/<case:number>/reopen/", case.reopen, name="case_reopen"),
    path("desk/cases/<case:number>/describe/", case.describe, name="case_describe"),
    path("desk/cases/<case:number>/supporters/", case.set_supporters, name="case_supporters"),
    path("desk/cases/<case:number>/concerned/", case.set_concerned, name="case_concerned"),
    path("desk/cases/<case:number>/drafts/<slug:form>/", draft.keep, name="case_draft"),
    path("desk/cases/<case:number>/article/", article.begin, name="case_article"),
    path("desk/cases/<case:number>/origin/", case.correct_origin, name="case_origin"),
    path("desk/cases/<case:number>/contact/", case.correct_contact, name="case_contact"),
    path("desk/cases/<case:number>/pair/", case.assign_pair, name="case_pair"),
    path("desk/cases/<case:number>/supports/", case.choose_support, name="case_support"),
    path("desk/cases/<case:number>/supports/none/", case.settle_by_consultation, name="case_consultation_only"),
    path("desk/cases/<case:number>/supports/<int:pk>/", case.change_support, name="case_support_change"),
    path("desk/cases/<case:number>/similar/", similar.of_case, name="case_similar"),
    path("desk/cases/<case:number>/colleagues/", similar.colleagues_of_case, name="case_colleagues"),
    path("desk/cases/<case:number>/ties/", tie.tie, name="case_tie"),
    path("desk/cases/<case:number>/ties/<int:pk>/untie/", tie.untie, name="case_untie"),
    path("desk/cases/<case:number>/hearings/new/", hearing.prepare, name="case_hearing_new"),
    path("desk/cases/<case:number>/hearings/none/", hearing.need_none, name="case_hearing_none"),
    path("desk/cases/<case:number>/hearings/record/", hearing.record_unprepared, name="case_hearing_record_new"),
    path("desk/cases/<case:number>/hearings/<int:pk>/", hearing.change, name="case_hearing_change"),
    path("desk/cases/<case:number>/hearings/<int:pk>/record/", hearing.record, name="case_hearing_record"),
    path("desk/cases/<case:number>/hearings/<int:pk>/call-off/", hearing.call_off, name="case_hearing_call_off"),
    path("desk/cases/<case:number>/hearings/<int:pk>/sheet/", hearing.sheet, name="case_hearing_sheet"),
    path("desk/cases/<case:number>/hearings/<int:pk>/calendar.ics", hearing.ics, name="case_hearing_calendar"),
    path("desk/cases/<case:number>/steps/", hearing.promise, name="case_step"),
    path("desk/cases/<case:number>/steps/<int:pk>/", hearing.change_step, name="case_step_change"),
    path("desk/cases/<case:number>/steps/<int:pk>/done/", hearing.finish_step, name="case_step_done"),
    path("desk/cases/<case:number>/steps/<int:pk>/drop/", hearing.drop_step, name="case_step_drop"),
    path("desk/cases/<case:number>/ask/", case.ask_meeting, name="case_ask"),
    path("desk/cases/<case:number>/ask/withdraw/", case.withdraw_ask, name="case_ask_withdraw"),
    path("desk/cases/<case:number>/example/", example.write, name="case_example"),
    path("desk/cases/<case:number>/example/ask/", example.ask, name="case_example_ask"),
    path("desk/cases/<case:number>/example/consent/", example.record_consent, name="case_example_consent"),
    path("desk/cases/<case:number>/example/publish/", example.publish, name="case_example_publish"),
    path("desk/cases/<case:number>/example/withdraw/", example.withdraw, name="case_example_withdraw"),
    path("desk/cases/<case:number>/checks/new/", check.ask, name="case_check_ask"),
    path("desk/cases/<case:number>/checks/similar/", check.similar, name="case_check_similar"),
    path("desk/cases/<case:number>/checks/<int:pk>/", check.check, name="case_check"),
    path("desk/cases/<case:number>/checks/<int:pk>/thread/", check.thread, name="case_check_thread"),
    path("desk/cases/<case:number>/checks/<int:pk>/withdraw/", check.withdraw, name="case_check_withdraw"),
    path("desk/who-knows/", who_knows.who_knows, name="who_knows"),
    path("desk/who-knows/mine/", who_knows.mine, name="who_knows_mine"),
    path("api/similar", similar.api, name="api_similar"),
    path("desk/checks/", check.checks, name="check_list"),
    # ICT operations
    path("ict/", ict.questions, name="ict"),
    path("ict/<int:pk>/", ict.check, name="ict_check"),
    # what the leads keep
    path("desk/keeping/", keeping.index, name="keeping"),
    *keeping.canned_texts.urls("desk/keeping/canned-texts/"),
    *keeping.question_templates.urls("desk/keeping/questions/"),
]
