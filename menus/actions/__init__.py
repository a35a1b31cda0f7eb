from menus.actions.filing import add_files, take_down
from menus.actions.keeping import keep_contract, keep_menu
from office.actions import ActionRefused

__all__ = ["ActionRefused", "add_files", "keep_contract", "keep_menu", "take_down"]
