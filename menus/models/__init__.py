from menus.models.contract import Contract
from menus.models.file import MenuFile
from menus.models.menu import MenuKind, SupportMenu

__all__ = ["Contract", "MenuFile", "MenuKind", "SupportMenu"]
