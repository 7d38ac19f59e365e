"""A person at a browser: finds things by role and name, presses, types and reads."""

import re
import time

from tests.browser.engines.webdriver import ELEMENT, DriverError

PATIENCE = 15
"""Seconds that a person waits for something to appear; a busy machine is no defect."""
ESCAPE = "\ue00c"
ROLES = {
    "button": "button, [role=button]",
    "checkbox": "input[type=checkbox], [role=checkbox]",
    "dialog": "dialog",
    "field": "input, select, textarea",
    "heading": "h1, h2, h3",
    "link": "a[href]:not([role])",
    "radio": "input[type=radio]",
    "switch": "[role=switch]",
}
"""Where to look for each role; whether something has it, and its name, the browser says."""
MANY = ("field", "dialog")
"""What has more than one role, or whose role is said by how it opens."""

# All that is shown, in the topmost window if one is open, whose words could make up the name.
LOOK = """
const [selector, words] = arguments;
const page = [...document.querySelectorAll("dialog:modal")].at(-1)?.parentNode ?? document;
const text = (one) => one?.textContent ?? "";
const said = (one) => [
  one.ariaLabel, one.value, text(one), ...[...(one.labels ?? [])].map(text),
  ...(one.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => text(document.getElementById(id))),
].join(" ").replace(/\\s+/g, " ");
return [...page.querySelectorAll(selector)].filter(
  (one) => one.checkVisibility({ visibilityProperty: true }) && said(one).includes(words));
"""


class Person:
    """Somebody who uses the site with one browser."""

    def __init__(self, driver, site):
        self.driver, self.site = driver, site

    def visit(self, path):
        self.driver("open", url=self.site + path)

    def back(self):
        self.driver("back")

    def resize(self, width):
        self.driver("resize", x=0, y=0, width=width, height=900)

    def run(self, script, *arguments):
        """Return what a script finds out about the page."""
        return self.driver("run", script=script, args=arguments)

    def press(self, role, name):
        """Press the first thing with this role and name, a text or a pattern."""
        self._do(role, name, "click")

    def type(self, name, text):
        """Type into the field with this label."""
        self._do("field", name, "keys", text=text)

    def choose(self, name, option):
        """Choose in the list with this label."""
        script = "return [...arguments[0].options].find((one) => one.label === arguments[1])"

        def chosen():
            found = self.look("field", name)
            if found:
                self.driver("click", id=self.run(script, found[0], option)[ELEMENT])
            return found

        self.until(chosen, f"{option!r} to choose in {name!r}")

    def escape(self):
        self.driver("keys", id=self.run("return document.activeElement")[ELEMENT], text=ESCAPE)

    def _do(self, role, name, command, **parts):
        def done():
            found = self.look(role, name)
            if found:
                self.run("arguments[0].scrollIntoView({ block: 'center' })", found[0])
                self.driver(command, id=found[0][ELEMENT], **parts)
            return found

        self.until(done, f"{role} {name!r} to {command}")

    def look(self, role, name):
        """Return what is shown with this role and name."""
        words = "" if isinstance(name, re.Pattern) else name
        fits = re.compile(re.escape(name) if words else name).fullmatch
        shown = self.run(LOOK, ROLES[role], words) or []  # a page on its way out says nothing
        return [
            one
            for one in shown
            if fits(self.driver("name", id=one[ELEMENT]))
            and (role in MANY or self.driver("role", id=one[ELEMENT]) == role)
        ]

    def sees(self, role, name, **facts):
        """Wait until something with this role and name is shown, of which this is so."""

        def seen():
            script = "return arguments[0][arguments[1]] ?? arguments[0].getAttribute(arguments[1])"
            return [
                one
                for one in self.look(role, name)
                if all(self.run(script, one, key) == value for key, value in facts.items())
            ]

        self.until(seen, f"{role} {name!r} {facts or ''}")

    def sees_no(self, role, name):
        self.until(lambda: not self.look(role, name), f"no {role} {name!r}")

    def counts(self, role, number):
        script = f"return [...document.querySelectorAll({ROLES[role]!r})].filter((one) => one.checkVisibility()).length"
        self.until(lambda: self.run(script) == number, f"{number} of {role}")

    def reads(self, text):
        """Wait until the page says this."""
        said = "return document.body.innerText.includes(arguments[0])"
        self.until(lambda: self.run(said, text), repr(text))

    def stands_on(self, name):
        """Wait until the focus is on what has this name."""

        def focused():
            element = self.run("return document.activeElement")
            return self.driver("name", id=element[ELEMENT]) == name

        self.until(focused, f"focus on {name!r}")

    def until(self, found, what):
        """Ask until it is so; an element may go while it is asked about."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if found():
                    return
                problem = ""
            except DriverError as error:
                problem = str(error)
            if time.monotonic() > end:
                shown = self.run("return location.href + '\\n' + document.body.innerText")
                raise AssertionError(f"No {what} {problem}\n{shown}")
            time.sleep(0.05)
