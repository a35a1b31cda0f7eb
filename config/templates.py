"""How templates are read: laid out for people, sent without."""

import re

from django.template import Origin
from django.template.loaders import filesystem

SILENT = "autoescape|block|elif|else|empty|extends|for|if|load|with|end(?:autoescape|block|for|if|with)"
SILENT_LINES = re.compile(
    rf"^((?:{{% (?:{SILENT})\b(?:(?!%}}).)*%}}|{{#(?:(?!#}}).)*#}}|{{% partialdef \w+ %}}.*{{% endpartialdef %}})+)\n",
    re.MULTILINE,
)


class Loader(filesystem.Loader):
    """Leaves out what indents and parts the lines of a page: a twentieth of what goes over the wire. A line of nothing
    but tags that say nothing themselves leaves no empty line.

    Texts keep their lines, as mail is sent the way it is written.
    """

    def get_contents(self, origin: Origin) -> str:
        text = super().get_contents(origin)
        return SILENT_LINES.sub(r"\1", re.sub(r"\n\s+", "\n", text)) if origin.name.endswith(".html") else text
