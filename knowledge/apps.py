from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    name = "knowledge"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        from knowledge import documents, sources
        from knowledge.actions import articles
        from office.actions import leaving

        leaving.connect(articles.still_held)
        sources.register(documents.SOURCE)
