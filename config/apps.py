from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class ConfigConfig(AppConfig):
    name = "config"


class AdminConfig(DjangoAdminConfig):
    default_site = "config.admin.AdminSite"

    def ready(self) -> None:
        super().ready()
        self.leave_out_what_libraries_bring()

    def leave_out_what_libraries_bring(self) -> None:
        """Groups, addresses and devices of libraries have no meaning here, or could be deleted."""
        from django.contrib.admin import site

        ours = {"config", "meetings", "consultations", "menus", "knowledge", "outbox", "office"}
        site.unregister([model for model in site._registry if model._meta.app_label not in ours])
