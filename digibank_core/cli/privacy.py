"""Commands about contact data: their term, and the key they are sealed with."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from digibank_core import clock, db, rotation, security
from digibank_core.cli.backups import ask_to_type
from digibank_core.config import places
from digibank_core.i18n import show_count
from digibank_core.models.erasure import Forgotten
from digibank_core.security import Actor
from digibank_core.services import programme
from digibank_core.services import retention as terms

app = typer.Typer()
keys = typer.Typer(no_args_is_help=True, help="The key of names and contact data.")

REASON = "bewaartermijn van contactgegevens voorbij"


@app.command("retention")
def keep_terms(
    apply: Annotated[bool, typer.Option("--apply", help="Remove them.")] = False,
) -> None:
    """Say whose contact data are past their term, by number; remove them with --apply."""
    actor, today = security.command_line(), clock.today()
    with db.reading() as session:
        months = {
            each.code: int(
                programme.setting(
                    session, "contact_retention_months", digibank=each.code, on=today
                )
            )
            for each in programme.digibanken(session)
        }
    for digibank, term in months.items():
        if apply:
            gone = _remove(digibank, term, actor, today)
            notes = show_count(gone.texts, "nota", "nota's")
            told = f"{_persons(gone.contacts)} en {notes} verwijderd"
        else:
            with db.reading() as session:
                found = terms.due(session, digibank, term, actor=actor, today=today)
            told = f"contactgegevens van {_persons(sum(map(len, found)))} mogen weg"
        typer.echo(f"{digibank:<10} na {term} maanden: {told}")
    if not apply:
        typer.echo("Er is niets gewijzigd. Verwijder ze met `digibank retention --apply`.")


@keys.command("rotate")
def rotate_key(
    forget_old: Annotated[
        bool,
        typer.Option("--forget-old", help="Make no key, but forget all except the newest."),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing, for scripts.")] = False,
) -> None:
    """Seal all names with a new key while people work; after a crash, do it again."""
    file = places().keys
    if forget_old:
        typer.echo("Back-ups van voor de nieuwe sleutel openen daarna hun namen niet meer.")
        ask_to_type("vergeet", yes)
        forgotten = rotation.forget_older()
        typer.echo(f"Vergeten in {file}: {', '.join(map(str, forgotten)) or 'geen'}.")
        return
    number, contacts = rotation.rotate()
    typer.echo(f"Onder sleutel {number} in {file}: {_persons(contacts)}.")
    typer.echo("Bewaar nu een nieuwe kopie van die map: de vorige mist deze sleutel.")
    typer.echo("De oudere sleutels blijven, want oudere back-ups hebben ze nodig.")


def _remove(digibank: str, months: int, actor: Actor, today: date) -> Forgotten:
    total = Forgotten(0, 0)
    while True:
        with db.transaction(actor, REASON) as session:
            gone = terms.remove(session, digibank, months, actor=actor, today=today)
        if not gone.contacts:
            return total
        total += gone


def _persons(number: int) -> str:
    return show_count(number, "persoon", "personen")
