from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationsConfig(AppConfig):
    name = "consultations"
    verbose_name = _("Consultations")

    def ready(self) -> None:
        from consultations import documents
        from consultations.actions import articles, handing_over
        from knowledge import sources
        from knowledge.actions import publishing
        from office.actions import leaving

        leaving.connect(handing_over.still_held)
        publishing.connect(articles.why_not_published)
        for source in documents.SOURCES:
            sources.register(source)
