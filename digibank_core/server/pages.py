"""The one list of pages: the menu and the right to open a page both come from it."""

from __future__ import annotations

from dataclasses import dataclass

from digibank_core.security import Actor, Right

REPORTS = "rapporten"
"""Folder in which the server finds the shipped reports, beside the notebooks of apps."""


@dataclass(frozen=True)
class Page:
    """A notebook that is served as an app."""

    name: str
    """Name in the address; of an app also that of the notebook, without `.ipynb`."""
    label: str
    """What the menu and the browser's tab call it."""
    right: Right | None = None
    """Right that opens the page; None for everyone who is signed in."""
    widgets: bool = True
    """Fetch the script of widgets while the cells run; without, only when one turns up."""
    in_menu: bool = True
    """Whether the menu leads to it; a page about one thing opens from a list."""
    report: str = ""
    """Name of the shipped report that it shows, in a kernel without database or key."""

    @property
    def notebook(self) -> str:
        """Path of the notebook: a file of the folder of apps, or one of the reports."""
        return f"{REPORTS}/{self.report}.ipynb" if self.report else f"{self.name}.ipynb"

    @property
    def path(self) -> str:
        """Address of the page, after the base address of the server."""
        return "" if self is HOME else self.name

    def opens_for(self, actor: Actor) -> bool:
        """Tell whether an actor may open the page."""
        return self.right is None or actor.may(self.right)


HOME = Page("index", "Vandaag", widgets=False)

PAGES = (
    HOME,
    Page("uitleen", "Uitleen", Right.SEE_STOCK),
    Page("vorming", "Vorming", Right.TEACH),
    Page("digipunt", "Digipunt", Right.LOG_VISIT),
    Page("personen", "Personen", Right.FIND_PERSON),
    Page("gegeven", "Gegeven", Right.CORRECT, in_menu=False),
    Page("voortgang", "Voortgang", Right.SEE_FIGURES),
    Page("budget", "Budget", Right.KEEP_BUDGET),
    Page("bon", "Hoe geteld?", Right.SEE_ROWS, in_menu=False),
    Page("nakijken", "Nakijken", Right.CORRECT),
    Page("rapport", "Rapport", Right.SEE_ROWS, widgets=False, report="voortgang"),
    Page("beheer", "Beheer", Right.MANAGE_USERS),
)
"""All pages, those of the menu in its order; a notebook that is not here is not served."""


def page_at(path: str) -> Page | None:
    """Give the page with an address; None when there is none.

    Examples
    --------
    >>> page_at("").label, page_at("uitleen").notebook, page_at("index")
    ('Vandaag', 'uitleen.ipynb', None)
    """
    return next((page for page in PAGES if page.path == path), None)


def menu_of(actor: Actor) -> tuple[Page, ...]:
    """Give the pages that an actor may open, in the order of the menu."""
    return tuple(page for page in PAGES if page.in_menu and page.opens_for(actor))
