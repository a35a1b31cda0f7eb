from django.urls import path

from menus.views import catalogue, keeping

urlpatterns = [
    path("menus/", catalogue.catalogue, name="catalogue"),
    path("menus/<slug:key>/", catalogue.menu, name="catalogue_menu"),
    path("menus/<slug:key>/files/<uuid:pk>/", catalogue.file, name="catalogue_file"),
    *keeping.menus.urls("desk/keeping/menus/"),
    path("desk/keeping/menus/<int:pk>/files/", keeping.files, name="keeping_menus_files"),
    path("desk/keeping/menus/<int:pk>/files/<uuid:file>/take-down/", keeping.take_down, name="keeping_menus_take_down"),
    *keeping.contracts.urls("desk/keeping/contracts/"),
]
