from django.urls import path

from menus import views

urlpatterns = [
    path("desk/menus/", views.menu_list, name="menu_list"),
    path("desk/menus/<slug:key>/", views.menu_detail, name="menu_detail"),
    *views.keeping.urls("desk/keeping/menus/"),
]
