from django.utils.translation import gettext_lazy as _

from knowledge.forms.topics import TopicForm
from knowledge.models import Topic
from office.keeping import Keeping

topics = Keeping(
    "topics",
    TopicForm,
    in_use=Topic.objects.in_use,
    columns=["name_en", "order"],
    lead=_("What consultations are about. One is chosen when a case is closed, and reports count by it."),
)
