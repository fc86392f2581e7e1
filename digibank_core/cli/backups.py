"""Commands that keep an installation safe: backup, restore, upgrade."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from digibank_core import backup, db, restore
from digibank_core.config import places
from digibank_core.errors import BackupElsewhereError
from digibank_core.i18n import show_count

app = typer.Typer()


@app.command("backup")
def make_backup() -> None:
    """Copy database, reports and sealed packs to a folder of their own; never the keys."""
    try:
        _tell_of(backup.make())
    except BackupElsewhereError as error:
        typer.echo(error.user_message, err=True)
        raise typer.Exit(1) from error


@app.command("restore")
def put_back(
    folder: Annotated[Path, typer.Argument(help="Folder of the backup.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Move a database that is there aside.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing, for scripts.")] = False,
) -> None:
    """Check a backup and put it back; a database that is there is kept under another name."""
    found = backup.examine(folder)
    replaces, home, keys = restore.will_replace(allowed=replace), places().home, places().keys
    if not backup.opens_names(found):
        typer.echo(f"De sleutel in {keys} opent de namen in deze back-up niet.")
        ask_to_type("zonder namen", yes)
    if replaces:
        typer.echo(f"De databank in {home} maakt plaats; ze blijft bewaard.")
        ask_to_type("vervang", yes)
    kept = restore.restore(found, replace=replace)
    typer.echo(f"Teruggezet in {home}: {found.folder.name}, vingerafdruk {found.fingerprint}.")
    for old in kept:
        typer.echo(f"Wat er stond, heet nu {old}. Verwijder het zelf als alles klopt.")
    if found.manifest.revision != db.newest_revision():
        typer.echo("De back-up is van een oudere versie: voer nu `digibank upgrade` uit.")
    else:
        replay_erasures()


@app.command()
def upgrade() -> None:
    """Bring the database to the tables of this program, after making a backup."""
    needed = db.newest_revision()
    if db.revision() == needed:
        typer.echo(f"De databank heeft al versie {needed}. Je hoeft niets te doen.")
        return
    with db.alone():
        pass  # a server would go on with the old tables
    _tell_of(backup.make())
    db.migrate()
    replay_erasures()
    typer.echo(f"De databank heeft nu versie {needed}.")


def replay_erasures() -> None:
    """Erase again who was erased since, and say it when that was somebody."""
    again = restore.replay_erasures()
    if again.contacts:
        persons = show_count(again.contacts, "persoon", "personen")
        typer.echo(f"Opnieuw gewist, want eerder gevraagd: {persons}.")
    if not again.searched:
        typer.echo("Let op: zonder de sleutel zijn nota's over hen bij anderen niet gezocht.")


def _tell_of(made: backup.Backup) -> None:
    keys = places().keys
    typer.echo(f"Back-up gemaakt in {made.folder}.")
    typer.echo(
        f"De sleutels zitten er niet in: bewaar {keys} apart, anders ben je namen kwijt."
    )
    typer.echo(f"Vingerafdruk {made.fingerprint}: noteer die elders, ze verraadt wijzigingen.")
    if not backup.opens_names(made):
        typer.echo(f"Let op: de sleutel in {keys} opent de namen niet. Zoek eerst de juiste.")


def ask_to_type(word: str, yes: bool) -> None:
    """Go on when the word is typed; else nothing changes and the command ends with 1."""
    if not yes and typer.prompt(f'Typ "{word}" om door te gaan').strip() != word:
        typer.echo("Er is niets gewijzigd.")
        raise typer.Exit(1)
