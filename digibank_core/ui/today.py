"""The first page: what asks for attention today, without any name."""

from __future__ import annotations

import html

from IPython.display import HTML

from digibank_core import clock, db, reporting
from digibank_core.i18n import show_count, show_date, show_day, show_number
from digibank_core.models import Device
from digibank_core.models.lending import LoanView
from digibank_core.reporting import Progress
from digibank_core.security import Actor, Right
from digibank_core.services import lending, programme, roll
from digibank_core.ui import page
from digibank_core.ui.headline import headline
from digibank_core.ui.lending import loan_badge

MOST_ROWS = 6


@page.part
def overview() -> object:
    """Show the work that waits, and how far the own Digibank is."""
    who = page.actor()
    work, columns = "", []
    if who.may(Right.SEE_STOCK):
        work += _late(who) + _to_wipe(who)
    if who.may(Right.TEACH):
        work += _lists(who)
    if work:
        columns.append(f'<div class="stack">{work}</div>')
    if who.may(Right.SEE_FIGURES) and who.digibank is not None:
        columns.append(f'<div class="stack">{_on_the_way(who)}</div>')
    if not columns:
        columns.append(page.empty("Vandaag staat hier niets", "Kies een pagina in het menu."))
    layout = "cols-main" if len(columns) > 1 else ""
    return HTML(f'{_actions(who)}<div class="grid {layout}">{"".join(columns)}</div>')


def _actions(who: Actor) -> str:
    links = []
    if who.may(Right.LEND):
        links.append('<a class="btn primary" href="uitleen">Toestel uitlenen</a>')
        links.append('<a class="btn" href="uitleen?doe=terugnemen">Toestel terugnemen</a>')
    if who.may(Right.LOG_VISIT):
        links.append('<a class="btn" href="digipunt">Vraag noteren</a>')
    if who.may(Right.SEE_FIGURES):
        links.append('<a class="btn" href="voortgang">Voortgang bekijken</a>')
    return f'<div class="actions fill">{"".join(links)}</div>'


def _late(who: Actor) -> str:
    today = clock.today()
    with db.reading() as session:
        loans = lending.open_loans(session, actor=who)
    pressing = [(loan, device) for loan, device in loans if loan.due_on <= today]
    late = sum(loan.due_on < today for loan, _ in pressing)
    rows = "".join(_loan_row(loan, device, who) for loan, device in pressing[:MOST_ROWS])
    body = (
        f'<ul class="rows">{rows}</ul>'
        if rows
        else page.empty("Niets is te laat", "Hier komen toestellen die terug moeten zijn.")
    )
    return _card(
        "Te late toestellen",
        f"{late} te laat, {len(pressing) - late} vandaag terug",
        body,
        f'<a href="uitleen">Alle {show_number(len(loans))} uitgeleende toestellen</a>',
    )


def _loan_row(loan: LoanView, device: Device, who: Actor) -> str:
    kind, word = loan_badge(loan)
    what = html.escape(f"{device.kind.value.capitalize()} {device.code}, {device.model}")
    link = (
        f'<a class="btn" href="uitleen?toestel={html.escape(device.code)}">Terugnemen'
        f'<span class="sr">: {what}</span></a>'
        if who.may(Right.LEND)
        else ""
    )
    return (
        f'<li><div><p class="what">{what}</p>'
        f'<p class="detail">Terug op {show_date(loan.due_on)}.</p></div>'
        f'<span class="badge {kind}">{word}</span>{link}</li>'
    )


def _to_wipe(who: Actor) -> str:
    with db.reading() as session:
        devices = lending.devices_to_wipe(session, actor=who)
    codes = ", ".join(_device_code(device, who) for device in devices)
    body = (
        f"<p>{codes}</p>"
        if devices
        else page.empty("Alles is gewist", "Een toestel dat terugkomt, staat hier.")
    )
    count = show_count(len(devices), "toestel", "toestellen")
    return _card(
        "Te wissen", count, body, '<a href="uitleen?doe=wissen">Noteer een wissing</a>'
    )


def _device_code(device: Device, who: Actor) -> str:
    code = html.escape(device.code)
    if not who.may(Right.CORRECT):
        return code
    return f'<a href="{page.record_address(f"device/{device.code}")}">{code}</a>'


def _lists(who: Actor) -> str:
    """Sessions that took place and whose roll is not complete yet (rule 38)."""
    today = clock.today()
    with db.reading() as session:
        around = roll.sessions_around(session, actor=who, today=today)
    waiting = [
        one
        for one in around
        if one.session.held_on <= today
        and not (one.session.complete_by or one.session.cancelled)
    ]
    rows = "".join(
        f'<li class="two"><div><p class="what">{html.escape(one.course.title)}</p>'
        f'<p class="detail">Les van {show_day(one.session.held_on)}.</p></div>'
        f"<span>{show_number(one.unmarked)} nog niet genoteerd</span></li>"
        for one in waiting[:MOST_ROWS]
    )
    body = (
        f'<ul class="rows">{rows}</ul>'
        if rows
        else page.empty(
            "Alle lijsten zijn af", "Hier komt een les waarvan de lijst niet af is."
        )
    )
    count = show_count(len(waiting), "lijst", "lijsten")
    link = '<a href="vorming">Noteer wie er was</a>'
    return _card("Aanwezigheden", count, body, link)


def _on_the_way(who: Actor) -> str:
    today = clock.today()
    with db.reading() as session:
        running = [
            period
            for period in programme.periods(session, who.own)
            if period.first_day <= today
        ]
        if not running:
            return ""
        progress = reporting.progress(
            session, actor=who, digibank=who.own, period=running[-1].code, as_of=today
        )
    return _card(
        "Op weg naar het doel",
        f"tot en met {show_date(progress.scope.last_day)}",
        _meter(progress),
        '<a href="voortgang">Bekijk de voortgang</a>',
    )


def _meter(progress: Progress) -> str:
    reached = progress.figure("reach")
    target, path = progress.scope.target, progress.figure("expected_linear").value
    persons = reached.numerator or 0
    shown = show_number(persons)
    meter = ""
    if target and path is not None:
        share, mark = (min(100.0, float(part) * 100 / target) for part in (persons, path))
        today = show_number(round(float(path)))
        told = f"{shown} van {show_number(target)} personen. Het lineaire pad staat op {today}."
        meter = (
            f'<dd><div class="meter" role="img" aria-label="{told}">'
            f'<i style="--at:{share:.1f}%"></i><b style="--at:{mark:.1f}%"></b></div>'
            '<div class="keys"><span class="key">bereikt</span>'
            f'<span class="key tick">lineair pad vandaag: {today}</span></div></dd>'
        )
    return (
        f'<dl class="figure bare"><dt>{reached.definition.title}</dt>'
        f'<dd class="value">{shown}</dd>{meter}</dl><p>{html.escape(headline(progress))}</p>'
    )


def _card(title: str, count: str, body: str, foot: str) -> str:
    name = f"h-{title.lower().replace(' ', '-')}"
    return (
        f'<section class="card" aria-labelledby="{name}"><div class="card-head">'
        f'<h2 id="{name}">{title}</h2><span class="count">{count}</span></div>'
        f'{body}<p class="card-foot">{foot}</p></section>'
    )
