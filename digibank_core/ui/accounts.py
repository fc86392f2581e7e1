"""The page of administrators: who works here, and how each of them signs in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import ipywidgets as widgets
import pandas as pd
from sqlmodel import Session

from digibank_core import access, clock, db
from digibank_core.models import Account, AccountRequest, LoginChoice, NewAccount
from digibank_core.security import Actor
from digibank_core.services import accounts, programme
from digibank_core.ui import page
from digibank_core.ui.form import Form, Option
from digibank_core.ui.lists import Listing

HAND_OVER = "Geef dit wachtwoord door, je ziet het maar één keer: {password}"

ACCESS = (
    "<h2>Wie deed wat?</h2>"
    "<p>Aanmeldingen en gelezen contactgegevens, de nieuwste eerst. "
    f"Na {access.KEPT_MONTHS} maanden verdwijnen ze.</p>"
)
MOST_LINES = 200
"""Lines on screen; the files hold more."""


@page.part
def desk() -> object:
    """Show the accounts, and a tab for each thing to do with them."""
    return Desk()


class Desk(widgets.VBox):  # type: ignore[misc]
    """Forms and list of the accounts; passwords are drawn, so that nobody types one here."""

    def __init__(self) -> None:
        self.users = Listing(
            "Gebruikers",
            empty=page.empty("Er zijn geen gebruikers", "Maak een gebruiker."),
            on_choose=self._choose,
        )
        self.access = Listing(
            "Aanmeldingen en gelezen gegevens",
            empty=page.empty("Nog niets", "Hier komt wie zich aanmeldt of personen zoekt."),
        )
        self.forms: dict[str, Form] = {
            "Nieuwe gebruiker": _add_form(),
            "Nieuw wachtwoord": _form_about(
                "Nieuw wachtwoord geven", "Geef", accounts.RESET, _reset
            ),
            "Uitschakelen": _form_about(
                "Gebruiker uitschakelen", "Schakel uit", accounts.DISABLE, _disable
            ),
            "Inschakelen": _form_about(
                "Gebruiker inschakelen", "Schakel in", accounts.ENABLE, _enable
            ),
        }
        for form in self.forms.values():
            form.saved.append(self.refresh)
        self.tabs = widgets.Tab(list(self.forms.values()), titles=list(self.forms))
        self.refresh()
        people = page.card(widgets.HTML("<h2>Wie werkt hier?</h2>"), self.users)
        used = page.card(widgets.HTML(ACCESS), self.access)
        super().__init__([self.tabs, people, used])
        self.add_class("stack")

    def refresh(self) -> None:
        """Read the accounts again."""
        rows = [
            {
                "Gebruiker": account.login,
                "Naam": account.display_name,
                "Rol": account.role.value,
                "Digibank": account.digibank or "alle",
                "Stand": "actief" if account.active else "uitgeschakeld",
            }
            for account in _all()
        ]
        self.users.show(pd.DataFrame(rows))
        lines = access.recent(MOST_LINES, actor=page.actor())
        self.access.show(pd.DataFrame([_shown(line) for line in lines]))

    def _choose(self, login: str) -> None:
        chosen = next(_option(account) for account in _all() if account.login == login)
        for title, form in self.forms.items():
            if title != "Nieuwe gebruiker":
                form.fill(login=chosen)
        if self.tabs.selected_index == 0:
            self.tabs.selected_index = 1


def _add_form() -> Form:
    def save(request: AccountRequest, key: str) -> str:
        who, password = page.actor(), accounts.draw_password()
        new = NewAccount(**request.model_dump(), password=password)
        with db.transaction(who, accounts.ADD, once=key) as session:
            accounts.add_account(session, new, actor=who)
        return f"Gemaakt: {new.login}. {HAND_OVER.format(password=password)}"

    with db.reading() as session:
        known = [(each.code, each.name) for each in programme.digibanken(session)]
    return Form(
        AccountRequest,
        title="Gebruiker maken",
        save_label="Maak",
        choices={"digibank": known},
        on_save=save,
    )


Act = Callable[[Session, str, Actor], str]


def _form_about(title: str, save_label: str, reason: str, act: Act) -> Form:
    """Give a form that does one thing with one account."""

    def save(request: LoginChoice, key: str) -> str:
        who = page.actor()
        with db.transaction(who, reason, once=key) as session:
            return act(session, request.login, who)

    return Form(
        LoginChoice,
        title=title,
        save_label=save_label,
        searches={"login": _search},
        on_save=save,
    )


def _reset(session: Session, login: str, who: Actor) -> str:
    password = accounts.draw_password()
    accounts.reset_password(session, login, password, actor=who)
    return f"{login} heeft een nieuw wachtwoord. {HAND_OVER.format(password=password)}"


def _disable(session: Session, login: str, who: Actor) -> str:
    accounts.disable_account(session, login, actor=who)
    return f"Uitgeschakeld: {login}. Open pagina's van deze gebruiker stoppen."


def _enable(session: Session, login: str, who: Actor) -> str:
    accounts.enable_account(session, login, actor=who)
    return f"Ingeschakeld: {login}. Het wachtwoord is dat van vroeger."


def _search(query: str) -> list[Option]:
    words = query.casefold()
    return [
        _option(account)
        for account in _all()
        if words in f"{account.login} {account.display_name}".casefold()
    ]


def _all() -> list[Account]:
    with db.reading() as session:
        return list(accounts.accounts(session, actor=page.actor()))


def _shown(line: Mapping[str, str | int]) -> dict[str, object]:
    moment = datetime.fromisoformat(str(line["at"])).astimezone(clock.BRUSSELS)
    return {
        "Dag": pd.Timestamp(moment.date()),
        "Uur": f"{moment:%H.%M}",
        "Gebruiker": str(line["login"] or "onbekend"),
        "Wat": str(line["event"]),
        "Aantal": str(line.get("hits", "")),
        "Pagina": str(line.get("page", "")).strip("/"),
        "Door of vanaf": str(line.get("by") or line.get("address") or ""),
    }


def _option(account: Account) -> Option:
    state = account.role.value if account.active else f"{account.role.value}, uitgeschakeld"
    return Option(account.login, account.login, f"{account.display_name}, {state}")
