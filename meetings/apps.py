from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Weekly meeting")

    def ready(self) -> None:
        from consultations import elsewhere
        from meetings.actions import leaving
        from office import actions as office

        office.leaving.connect(leaving.still_held)
        elsewhere.register(leaving.KEEPER)
