"""The page Beheer: accounts are made and changed, and no password is ever kept or logged."""

from __future__ import annotations

import logging
import re

import pytest

from digibank_core import db
from digibank_core.errors import NotAllowedError, SignInError
from digibank_core.models import NewAccount
from digibank_core.security import Actor, Role
from digibank_core.services import accounts
from digibank_core.ui import accounts as ui
from digibank_core.ui import page

ZOE = {"login": "zoe", "display_name": "Zoë", "role": "coördinator", "digibank": "west"}
CHIEF = Actor("chief", Role.ADMINISTRATOR, None)


@pytest.fixture
def chief(installation, cli, monkeypatch):
    """Let the one administrator be the user of the page."""
    request = NewAccount(
        login="chief",
        display_name="Chief",
        role=Role.ADMINISTRATOR,
        password="tien tekens lang",
    )
    with db.transaction(cli, "test") as session:
        accounts.add_account(session, request, actor=cli)
    monkeypatch.setattr(page, "actor", lambda: CHIEF)


@pytest.fixture
def desk(chief):
    return ui.Desk()


@pytest.fixture
def add(desk):
    """Give a function that fills in the form for a new user."""
    return lambda **answers: desk.forms["Nieuwe gebruiker"].submit(**ZOE | answers)


def password_in(answer):
    return re.search(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", answer.text)[0]


def signs_in(login, password):
    with db.reading() as session:
        try:
            accounts.check_password(session, login, password)
        except SignInError:
            return False
        return True


def rows(desk):
    return desk.users._rows.to_dict("records")


def test_new_user_signs_in_with_the_password_on_the_screen(desk, add):
    answer = add()

    assert answer.text.startswith("Gemaakt: zoe. Geef dit wachtwoord door")
    assert signs_in("zoe", password_in(answer))
    assert [row["Gebruiker"] for row in rows(desk)] == ["chief", "zoe"]


def test_same_form_sent_twice_makes_one_user(desk, add):
    form = desk.forms["Nieuwe gebruiker"]
    assert form.submit("a" * 32, **ZOE).kind == "saved"

    assert form.submit("a" * 32, **ZOE).kind == "already"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"login": "Zoë"}, "login"),
        ({"login": "chief"}, "login"),
        ({"digibank": ""}, "digibank"),
        ({"role": "directeur"}, "role"),
        ({"display_name": ""}, "display_name"),
    ],
    ids=str,
)
def test_mistake_stands_at_its_field(add, answers, field):
    answer = add(**answers)

    assert (answer.kind, list(answer.errors)) == ("refused", [field])


def test_new_password_replaces_the_one_that_was(desk, add):
    first = password_in(add())

    second = password_in(desk.forms["Nieuw wachtwoord"].submit(login="zoe"))

    assert (signs_in("zoe", first), signs_in("zoe", second)) == (False, True)


def test_what_happened_to_accounts_stands_in_the_list_below(desk, add):
    add()
    desk.forms["Nieuw wachtwoord"].submit(login="zoe")
    desk.forms["Uitschakelen"].submit(login="zoe")

    seen = desk.access._rows[["Gebruiker", "Wat", "Door of vanaf"]].to_numpy().tolist()
    assert seen == [
        ["zoe", "uitgeschakeld", "chief"],
        ["zoe", "nieuw wachtwoord gekregen", "chief"],
    ]


def test_user_is_disabled_and_enabled_again(desk, add):
    password = password_in(add())

    desk.forms["Uitschakelen"].submit(login="zoe")
    assert (rows(desk)[1]["Stand"], signs_in("zoe", password)) == ("uitgeschakeld", False)

    desk.forms["Inschakelen"].submit(login="zoe")
    assert (rows(desk)[1]["Stand"], signs_in("zoe", password)) == ("actief", True)


def test_last_administrator_is_not_disabled(desk):
    answer = desk.forms["Uitschakelen"].submit(login="chief")

    assert "chief is de laatste beheerder." in answer.errors["login"]


def test_row_that_is_chosen_stands_in_the_forms(desk, add):
    add()

    desk.users._on_choose("zoe")

    assert desk.tabs.titles[desk.tabs.selected_index] == "Nieuw wachtwoord"
    assert desk.forms["Uitschakelen"].submit().text.startswith("Uitgeschakeld: zoe.")


@pytest.mark.parametrize("query", ["zo", "ZOË", "oë"])
def test_user_is_found_by_login_or_name(desk, add, query):
    add()

    assert [option.value for option in ui._search(query)] == ["zoe"]


def test_no_password_is_kept_in_history_in_the_form_or_in_the_log(desk, add, raw, caplog):
    caplog.set_level(logging.DEBUG)
    answers = [add(), desk.forms["Nieuw wachtwoord"].submit(login="zoe")]
    kept = str(raw.rows("SELECT * FROM history")) + caplog.text
    state = str([form.get_state() for form in desk.forms.values()])

    for password in map(password_in, answers):
        assert password not in kept
        assert password not in state


@pytest.mark.parametrize("who", ["ann", "roger", "karel", "rita"])
def test_only_an_administrator_sees_the_page(request, chief, monkeypatch, who):
    monkeypatch.setattr(page, "actor", lambda: request.getfixturevalue(who))

    with pytest.raises(NotAllowedError):
        ui.Desk()
    assert "kan dit niet" in ui.desk().data
