from django.urls import path

from meetings import views

urlpatterns = [
    path("", views.meeting_list, name="meeting_list"),
    path("new/", views.plan_meeting, name="meeting_new"),
    path("<int:pk>/", views.meeting_detail, name="meeting_detail"),
    path("<int:pk>/change/", views.change_meeting, name="meeting_change"),
    path("<int:pk>/collect/", views.collect_asks, name="meeting_collect"),
    path("<int:pk>/items/<int:item>/advice/", views.record_advice, name="meeting_advice"),
    path("<int:pk>/agenda/", views.agenda, name="meeting_agenda"),
]
