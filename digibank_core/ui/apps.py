"""Changed notebooks of pages: what differs, and the button that lets one run."""

from __future__ import annotations

import html

import ipywidgets as widgets

from digibank_core import db
from digibank_core.models import AppDecision
from digibank_core.services import apps
from digibank_core.services.apps import ChangedApp
from digibank_core.ui import page
from digibank_core.ui.guard import explain

_KINDS = {"+": ("ins", "nieuw"), "-": ("del", "weg")}


@page.part
def changes() -> object:
    """Show every changed page with its difference."""
    return Changes()


class Changes(widgets.VBox):  # type: ignore[misc]
    """A card for each changed notebook."""

    def __init__(self) -> None:
        super().__init__()
        self.add_class("stack")
        self.told = widgets.HTML()
        self.refresh()

    def refresh(self) -> None:
        """Read the changed notebooks again."""
        with db.reading() as session:
            found = apps.changed_apps(session, actor=page.actor())
        heading = widgets.HTML("<h2>Gewijzigde pagina's</h2>")
        nothing = widgets.HTML(
            page.empty("Alle pagina's zijn zoals ze geleverd zijn", "Hier komt een wijziging.")
        )
        cards = [self._card(app) for app in found]
        self.children = [page.card(heading, self.told, *(cards or [nothing]))]

    def _card(self, app: ChangedApp) -> widgets.VBox:
        label = "Trek de goedkeuring in" if app.approved else "Keur goed"
        button = widgets.Button(description=label)
        button.on_click(lambda _: self._decide(app))
        return widgets.VBox([widgets.HTML(difference_html(app)), button])

    def _decide(self, app: ChangedApp) -> None:
        try:
            self.told.value = page.notice(_save(app), "ok")
        except Exception as error:
            self.told.value = page.notice(explain(error).sentence)
        self.refresh()


def difference_html(app: ChangedApp) -> str:
    """Give what differs, line by line; a word beside each, as colour alone says nothing."""
    state = "goedgekeurd" if app.approved else "wacht op goedkeuring"
    rows = "".join(_line(line) for line in app.difference) or "Alleen wat niemand ziet."
    name = html.escape(app.notebook)
    return (
        f'<h3>{name} <span class="tag">{state}</span></h3>'
        f'<pre tabindex="0" role="region" aria-label="Wijziging van {name}">{rows}</pre>'
    )


def _line(line: str) -> str:
    if line.startswith("@@"):
        return '<span class="soft">...</span>\n'
    text = html.escape(line[1:])
    if line[0] not in _KINDS:
        return f"{html.escape(line)}\n"
    tag, word = _KINDS[line[0]]
    return f'<{tag}><span class="sr">{word}: </span>{line[0]} {text}</{tag}>\n'


def _save(app: ChangedApp) -> str:
    who = page.actor()
    if app.approved:
        with db.transaction(who, "goedkeuring intrekken") as session:
            apps.withdraw(session, app.notebook, actor=who)
        return f"Ingetrokken: {app.notebook}. De geleverde pagina is terug."
    with db.transaction(who, "gewijzigde pagina goedkeuren") as session:
        decision = AppDecision(notebook=app.notebook, sha256=app.sha256)
        apps.approve(session, decision, actor=who)
    return f"Goedgekeurd: {app.notebook}. Wie de pagina opent, ziet de wijziging."
