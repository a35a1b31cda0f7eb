from django.urls import path

from office import views

urlpatterns = [
    path("departments/", views.directory, name="directory"),
]
