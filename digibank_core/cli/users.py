"""Commands about accounts."""

from __future__ import annotations

from typing import Annotated

import typer

from digibank_core import db, security
from digibank_core.models import NewAccount
from digibank_core.security import Role
from digibank_core.services import accounts

app = typer.Typer(no_args_is_help=True, help="Add, list, disable and enable accounts.")

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
    with db.transaction(actor, accounts.ADD) as session:
        accounts.add_account(session, request, actor=actor)


@app.command("list")
def list_users() -> None:
    """List all accounts."""
    with db.reading() as session:
        for account in accounts.accounts(session, actor=security.command_line()):
            state = "" if account.active else "  (disabled)"
            typer.echo(
                f"{account.login:<20} {account.role.value:<14} {account.digibank or '-'}{state}"
            )


@app.command("disable")
def disable_user(login: str) -> None:
    """Disable an account and end its sessions at once."""
    actor = security.command_line()
    with db.transaction(actor, accounts.DISABLE) as session:
        accounts.disable_account(session, login, actor=actor)


@app.command("enable")
def enable_user(login: str) -> None:
    """Let a disabled account sign in again."""
    actor = security.command_line()
    with db.transaction(actor, accounts.ENABLE) as session:
        accounts.enable_account(session, login, actor=actor)


@app.command("reset")
def reset_user(login: str, password: Password) -> None:
    """Give an account a new password and end its sessions."""
    actor = security.command_line()
    with db.transaction(actor, accounts.RESET) as session:
        accounts.reset_password(session, login, password, actor=actor)
