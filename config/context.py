from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`service` in every template: the names and the contact of the office. `site` is the same, but pages of allauth
    hand in a `site` of their own, so the frame reads `service`.
    """
    names = {
        "service_name": settings.SERVICE_NAME,
        "office_name": settings.OFFICE_NAME,
        "office_phone": settings.OFFICE_PHONE,
        "office_email": settings.OFFICE_EMAIL,
    }
    return {"service": names, "site": names}
