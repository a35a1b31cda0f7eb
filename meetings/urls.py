from django.urls import path

from meetings.views import agenda, decisions, meetings, minutes, room

urlpatterns = [
    path("", meetings.meeting_list, name="meeting_list"),
    path("new/", meetings.plan_meeting, name="meeting_new"),
    path("series/", meetings.plan_series, name="meeting_series"),
    path("archive/", meetings.archive, name="meeting_archive"),
    path("decisions/<int:decision>/", decisions.change, name="meeting_decision"),
    path("decisions/<int:decision>/done/", decisions.settle, name="meeting_decision_done"),
    path("decisions/<int:decision>/drop/", decisions.drop, name="meeting_decision_drop"),
    path("<int:pk>/", agenda.meeting_detail, name="meeting_detail"),
    path("<int:pk>/change/", meetings.change_meeting, name="meeting_change"),
    path("<int:pk>/call-off/", meetings.call_off, name="meeting_call_off"),
    path("<int:pk>/collect/", agenda.collect, name="meeting_collect"),
    path("<int:pk>/arrange/", agenda.arrange, name="meeting_arrange"),
    path("<int:pk>/items/<int:item>/advice/", agenda.record_advice, name="meeting_advice"),
    path("<int:pk>/agenda/", agenda.print_agenda, name="meeting_agenda"),
    path("<int:pk>/room/", room.room, name="meeting_room"),
    path("<int:pk>/room/said/", room.said, name="meeting_said"),
    path("<int:pk>/room/seat/", room.take_seat, name="meeting_seat"),
    path("<int:pk>/room/attendance/", room.attendance, name="meeting_attendance"),
    path("<int:pk>/room/decide/", room.resolve, name="meeting_resolve"),
    path("<int:pk>/room/decisions/<int:decision>/done/", room.settle_decision, name="meeting_settle"),
    path("<int:pk>/items/<int:item>/focus/", room.focus, name="meeting_focus"),
    path("<int:pk>/items/<int:item>/say/", room.say, name="meeting_say"),
    path("<int:pk>/items/<int:item>/decide/", room.decide, name="meeting_decide"),
    path("<int:pk>/items/<int:item>/finish/", room.finish, name="meeting_finish"),
    path("<int:pk>/items/<int:item>/level/", room.set_level, name="meeting_level"),
    path("<int:pk>/items/<int:item>/menu/", room.choose_menu, name="meeting_menu"),
    path("<int:pk>/minutes/", minutes.minutes, name="meeting_minutes"),
    path("<int:pk>/confirm/", minutes.confirm, name="meeting_confirm"),
]
