"""Commands about accounts."""

from __future__ import annotations

from typing import Annotated

import typer

from digibank_core import db, security
from digibank_core.models import NewAccount
from digibank_core.security import Role
from digibank_core.services import accounts

app = typer.Typer(no_args_is_help=True, help="Add, list and close accounts.")

Password = Annotated[
    str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True, help="Asked for.")
]


@app.command("add")
def add_user(
    login: str,
    role: Annotated[Role, typer.Option(help="What the user may do.")],
    password: Password,
    digibank: Annotated[str | None, typer.Option(help="Own Digibank of the user.")] = None,
    name: Annotated[str | None, typer.Option(help="Name on the screen; the login.")] = None,
) -> None:
    """Make an account; the password is asked for."""
    actor = security.command_line()
    request = NewAccount(
        login=login, display_name=name or login, role=role, digibank=digibank, password=password
    )
    with db.transaction(actor, "account maken") as session:
        accounts.add_account(session, request, actor=actor)


@app.command("list")
def list_users() -> None:
    """List all accounts."""
    with db.reading() as session:
        for account in accounts.accounts(session, actor=security.command_line()):
            state = "" if account.active else "  (closed)"
            typer.echo(
                f"{account.login:<20} {account.role.value:<14} {account.digibank or '-'}{state}"
            )


@app.command("close")
def close_user(login: str) -> None:
    """Close an account and end its sessions at once."""
    actor = security.command_line()
    with db.transaction(actor, "account sluiten") as session:
        accounts.close_account(session, login, actor=actor)


@app.command("password")
def set_password(login: str, password: Password) -> None:
    """Give an account a new password and end its sessions."""
    actor = security.command_line()
    with db.transaction(actor, "nieuw wachtwoord") as session:
        accounts.set_password(session, login, password, actor=actor)
