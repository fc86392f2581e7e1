"""The `digibank` command: for whoever keeps an installation running, and for auditors."""

from __future__ import annotations

import errno
import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from digibank_core import clock, db, demo, doctor, encryption, extract, reporting, security
from digibank_core.cli import backups, privacy, users
from digibank_core.config import places
from digibank_core.errors import (
    DatabaseExistsError,
    DigibankError,
    PortTakenError,
)
from digibank_core.models import NewAccount, NewPassword
from digibank_core.security import Role
from digibank_core.services import accounts, programme
from digibank_core.ui.guard import explain_fields

app = typer.Typer(name="digibank", no_args_is_help=True, add_completion=False, help=__doc__)
app.add_typer(backups.app)
app.add_typer(privacy.app)
app.add_typer(privacy.keys, name="key")
app.add_typer(users.app, name="user")


@app.command()
def init(
    admin: Annotated[str, typer.Option(prompt=True, help="Login of the first administrator.")],
    password: users.Password,
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
    backups.replay_erasures()
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
def figures(  # noqa: PLR0913  # one question, asked by name
    digibank: Annotated[str, typer.Option(help="noord, west or brugge.")],
    period: Annotated[str, typer.Option(help="IMPL or VERL.")],
    as_of: Annotated[str | None, typer.Option(help="Last day that counts; today.")] = None,
    known_on: Annotated[
        str | None, typer.Option(help="Rewind to what was recorded by this day.")
    ] = None,
    receipt: Annotated[
        str | None,
        typer.Option(help="List the source rows of the figure or breakdown with this code."),
    ] = None,
    breakdown: Annotated[
        str | None, typer.Option(help="Take a figure apart, as reach_by_residence.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print every figure of a Digibank, the rows behind one, or a figure taken apart."""
    with db.reading() as session:
        progress = reporting.progress(
            session,
            actor=security.command_line(),
            digibank=digibank,
            period=period,
            as_of=_day(as_of) or clock.today(),
            known_on=_day(known_on),
        )
    if breakdown is not None or receipt is not None:
        rows = (
            progress.breakdown(breakdown).cells if breakdown else progress.rows(receipt or "")
        )
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


def _listen(serve: Callable[[str, int], None], address: str, port: int) -> None:
    try:
        serve(address, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTakenError(port=port) from error


def _day(text: str | None) -> date | None:
    return None if text is None else clock.day_in(text)
