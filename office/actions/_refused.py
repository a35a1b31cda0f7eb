from django.forms import BaseForm


class ActionRefused(Exception):
    """An action cannot be done now. The message tells the person why, and what to do instead.

    `field` is the keyword of the action that the reason lies in, where it lies in one.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field

    def tell(self, form: BaseForm) -> None:
        """Say it on the form that was sent: at the field that is to blame, or above all where it has no such field."""
        form.add_error(self.field if self.field in form.fields else None, str(self))
