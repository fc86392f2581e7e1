"""The `digibank` command: for whoever keeps an installation running, and for auditors."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from digibank_core import (
    backup,
    clock,
    db,
    demo,
    doctor,
    encryption,
    extract,
    reporting,
    restore,
    security,
)
from digibank_core.config import places
from digibank_core.errors import (
    BackupElsewhereError,
    DatabaseExistsError,
    DayFormError,
    DigibankError,
    PortTakenError,
)
from digibank_core.models import NewAccount, NewPassword
from digibank_core.security import Role
from digibank_core.services import accounts, programme
from digibank_core.ui.guard import explain_fields

app = typer.Typer(name="digibank", no_args_is_help=True, add_completion=False, help=__doc__)
user = typer.Typer(no_args_is_help=True, help="Add, list and close accounts.")
app.add_typer(user, name="user")

Password = Annotated[
    str, typer.Option(prompt=True, confirmation_prompt=True, hide_input=True, help="Asked for.")
]


@app.command()
def init(
    admin: Annotated[str, typer.Option(prompt=True, help="Login of the first administrator.")],
    password: Password,
) -> None:
    """Make the database, the keys and the first administrator of a new installation."""
    actor = security.command_line()
    request = NewAccount(
        login=admin, display_name=admin, role=Role.ADMINISTRATOR, password=password
    )
    if db.revision() is not None:
        raise DatabaseExistsError
    encryption.make_key()
    db.create()
    with db.transaction(actor, "installatie") as session:
        programme.load_reference(session, places().reference, actor=actor)
        accounts.add_account(session, request, actor=actor)
    typer.echo(f"Made {places().database_url}")
    typer.echo(f"Keys in {places().keys}: keep a copy apart; without them names are lost.")


@app.command("demo")
def make_demo() -> None:
    """Make a database with invented persons, devices and loans to practise on."""
    typer.echo("Making the demo database ...")
    demo.make()
    typer.echo(f"Made {places().database_url}, where it is always {demo.STORY_DAY}.")


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8866,
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve the apps; make the demo database first when there is no database."""
    if db.revision() is None:
        make_demo()
    with db.reading() as session:
        is_demo = programme.is_demo(session)
    typer.echo(f"Digibank: http://{address}:{port}/  (Ctrl+C stops)")
    if is_demo:
        typer.echo("Demo accounts, password " + demo.PASSWORD)
        for login, _, description in demo.ACCOUNTS:
            typer.echo(f"  {login:<8} {description}")
    from digibank_core.server.app import serve as listen  # other commands need no web server

    _listen(listen, address, port)


@app.command()
def lab(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8867,
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Serve JupyterLab to who makes reports; accounts are those of the apps."""
    typer.echo(f"JupyterLab: http://{address}:{port}/  (Ctrl+C stops)")
    from digibank_core.server.lab import serve as listen  # as above

    _listen(listen, address, port)


@app.command()
def figures(
    digibank: Annotated[str, typer.Option(help="noord, west or brugge.")],
    period: Annotated[str, typer.Option(help="IMPL or VERL.")],
    as_of: Annotated[str | None, typer.Option(help="Last day that counts; today.")] = None,
    known_on: Annotated[
        str | None, typer.Option(help="Rewind to what was recorded by this day.")
    ] = None,
    receipt: Annotated[
        str | None, typer.Option(help="List the source rows of the figure with this code.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print every figure of a Digibank, or the rows behind one of them."""
    with db.reading() as session:
        progress = reporting.progress(
            session,
            actor=security.command_line(),
            digibank=digibank,
            period=period,
            as_of=_day(as_of) or clock.today(),
            known_on=_day(known_on),
        )
    if receipt is not None:
        rows = progress.figure(receipt).receipt
        typer.echo(
            rows.to_json(orient="records", date_format="iso", force_ascii=False)
            if as_json
            else rows.to_string(index=False)
        )
        return
    records = [reporting.as_record(figure) for figure in progress.figures]
    if as_json:
        typer.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return
    for record in records:
        shown = "n.v.t." if record["value"] is None else f"{record['value']} {record['unit']}"
        typer.echo(f"{record['code']:<24} {shown:<18} {record['title']}")


@app.command("extract")
def renew_extract() -> None:
    """Write the extract of every Digibank where something changed, for reports."""
    with db.reading() as session:
        renewed = extract.renew(session, actor=security.command_line(), moment=clock.now())
    typer.echo(f"{places().extract}: {', '.join(renewed) or 'nothing changed'}")


@app.command("doctor")
def check_installation() -> None:
    """Say what is right and what is wrong with this installation; exit 1 when wrong."""
    findings = doctor.examine()
    for finding in findings:
        typer.echo(f"{'ok   ' if finding.right else 'WRONG'} {finding.what}: {finding.detail}")
    if not all(finding.right for finding in findings):
        raise typer.Exit(1)


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
        _ask_to_type("zonder namen", yes)
    if replaces:
        typer.echo(f"De databank in {home} maakt plaats; ze blijft bewaard.")
        _ask_to_type("vervang", yes)
    kept = restore.restore(found, replace=replace)
    typer.echo(f"Teruggezet in {home}: {found.folder.name}, vingerafdruk {found.fingerprint}.")
    for old in kept:
        typer.echo(f"Wat er stond, heet nu {old}. Verwijder het zelf als alles klopt.")
    if found.manifest.revision != db.newest_revision():
        typer.echo("De back-up is van een oudere versie: voer nu `digibank upgrade` uit.")


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
    typer.echo(f"De databank heeft nu versie {needed}.")


@user.command("add")
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


@user.command("list")
def list_users() -> None:
    """List all accounts."""
    with db.reading() as session:
        for account in accounts.accounts(session, actor=security.command_line()):
            state = "" if account.active else "  (closed)"
            typer.echo(
                f"{account.login:<20} {account.role.value:<14} {account.digibank or '-'}{state}"
            )


@user.command("close")
def close_user(login: str) -> None:
    """Close an account and end its sessions at once."""
    actor = security.command_line()
    with db.transaction(actor, "account sluiten") as session:
        accounts.close_account(session, login, actor=actor)


@user.command("password")
def set_password(login: str, password: Password) -> None:
    """Give an account a new password and end its sessions."""
    actor = security.command_line()
    with db.transaction(actor, "nieuw wachtwoord") as session:
        accounts.set_password(session, login, password, actor=actor)


def main() -> Any:
    """Run a command; a mistake of the user is one JSON line on stderr and exit code 2."""
    try:
        return app(standalone_mode=True)
    except DigibankError as error:
        sentence = error.user_message
    except ValidationError as error:
        model = NewAccount if error.title == NewAccount.__name__ else NewPassword
        sentence = " ".join(problem.sentence for problem in explain_fields(error, model))
    sys.stderr.write(json.dumps({"error": sentence}, ensure_ascii=False) + "\n")
    sys.exit(2)


def _tell_of(made: backup.Backup) -> None:
    keys = places().keys
    typer.echo(f"Back-up gemaakt in {made.folder}.")
    typer.echo(
        f"De sleutels zitten er niet in: bewaar {keys} apart, anders ben je namen kwijt."
    )
    typer.echo(f"Vingerafdruk {made.fingerprint}: noteer die elders, ze verraadt wijzigingen.")
    if not backup.opens_names(made):
        typer.echo(f"Let op: de sleutel in {keys} opent de namen niet. Zoek eerst de juiste.")


def _ask_to_type(word: str, yes: bool) -> None:
    """Go on when the word is typed; else nothing changes and the command ends with 1."""
    if not yes and typer.prompt(f'Typ "{word}" om door te gaan').strip() != word:
        typer.echo("Er is niets gewijzigd.")
        raise typer.Exit(1)


def _listen(serve: Callable[[str, int], None], address: str, port: int) -> None:
    try:
        serve(address, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTakenError(port=port) from error


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DayFormError(day=text) from error
