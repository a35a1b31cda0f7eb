import logging
import re

# Whoever has the link of a receipt, or the one to a new password, is let in; and a log is read by many.
KEY = re.compile(r"(/receipts/|/password/reset/key/)[^/\s]+")


class KeylessFormatter(logging.Formatter):
    """Leaves the keys out of the addresses that a line or its traceback names."""

    def format(self, record: logging.LogRecord) -> str:
        return KEY.sub(r"\1…", super().format(record))
