from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("Consultations")

    def ready(self) -> None:
        from consultations import documents
        from consultations.actions import handing_over
        from knowledge import sources
        from office.actions import leaving

        leaving.connect(handing_over.still_held)
        for source in documents.SOURCES:
            sources.register(source)
