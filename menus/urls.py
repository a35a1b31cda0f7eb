from django.urls import path

from menus import views

urlpatterns = [
    path("", views.menu_list, name="menu_list"),
    path("<slug:key>/", views.menu_detail, name="menu_detail"),
]
