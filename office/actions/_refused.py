class ActionRefused(Exception):
    """An action cannot be done now. The message tells the person why, and what to do instead.

    `field` is the keyword of the action that the reason lies in, where it lies in one.
    """

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field
