from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 120
FOCUSED = "element => element === document.activeElement"
IN_ITS_GROUP = """option => {
    const focused = document.activeElement;
    return focused.name === option.name && focused.form === option.form;
}"""


class Keyboard:
    """A person without a mouse: every control is reached with Tab alone, or the test fails."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def go_to(self, target: Locator, *, reached: str = FOCUSED) -> None:
        """Tab forward until `target` has the focus."""
        element = target.element_handle()
        for _ in range(MOST_STOPS):
            if element.evaluate(reached):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {target}")

    def type(self, field: Locator, text: str) -> None:
        """Type over what the field holds."""
        self.go_to(field)
        self.press("Control+a")
        # Japanese comes by the phrase, as an input method hands it over; the rest key by key.
        (self.page.keyboard.type if text.isascii() else self.page.keyboard.insert_text)(text)
        expect(field).to_have_value(text)

    def tick(self, box: Locator) -> None:
        self.go_to(box)
        self.press("Space")
        expect(box).to_be_checked()

    def choose(self, option: Locator) -> None:
        """One of several radio buttons: Tab leads to the group, the arrows from one to the next."""
        self.go_to(option, reached=IN_ITS_GROUP)
        self.press("Space")
        for _ in range(option.evaluate("option => option.form.elements[option.name].length")):
            if option.is_checked():
                return
            self.press("ArrowDown")
        raise AssertionError(f"The arrows do not lead to {option}")

    def select(self, field: Locator, label: str) -> None:
        """An entry of a list: the arrows lead to it."""
        self.go_to(field)
        for _ in range(field.evaluate("field => field.options.length")):
            if field.evaluate("field => field.selectedOptions[0].label") == label:
                return
            self.press("ArrowDown")
        raise AssertionError(f"The arrows do not lead to {label}")

    def enter(self, target: Locator) -> None:
        """Follow a link, press a button, open what is folded up."""
        self.go_to(target)
        self.press("Enter")
