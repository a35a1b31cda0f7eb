from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MenusConfig(AppConfig):
    name = "menus"
    verbose_name = _("Support menus")

    def ready(self) -> None:
        from knowledge import sources
        from menus import documents

        sources.register(documents.SOURCE)
