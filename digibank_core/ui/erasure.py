"""What a coordinator does with all data of one person: give them along, or erase them."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable

import ipywidgets as widgets

from digibank_core import clock, db
from digibank_core.i18n import show_count, show_date
from digibank_core.mentions import Mention
from digibank_core.models import Booking, ErasureRequest, Loan, Visit
from digibank_core.models.erasure import Footprint, Forgotten, FoundText
from digibank_core.services import erasure
from digibank_core.ui import dossier, page
from digibank_core.ui.form import Form
from digibank_core.ui.guard import explain

GIVE, ERASE = "Gegevens meegeven", "Gegevens wissen"
KEPT = {
    "loan": ("uitlening", "uitleningen"),
    "enrolment": ("inschrijving voor lessen", "inschrijvingen voor lessen"),
    "attendance": ("aanwezigheid", "aanwezigheden"),
    "visit": ("bezoek", "bezoeken"),
}


class Acts(widgets.VBox):  # type: ignore[misc]
    """Two buttons under the card of a person; each opens a panel that says what it does.

    Parameters
    ----------
    person
        Opaque key.
    on_erased
        Runs after the person was erased, to show the card without the name.
    """

    def __init__(self, person: str, on_erased: Callable[[], object]) -> None:
        self._person, self._on_erased = person, on_erased
        self.give = widgets.Button(description=GIVE)
        self.erase = widgets.Button(description=ERASE, button_style="danger")
        self.give.on_click(lambda _button: self._open(lambda: dossier.panel(person)))
        self.erase.on_click(lambda _button: self._open(self._ask))
        self.panel = widgets.VBox()
        self.form: Form | None = None
        buttons = widgets.HBox([self.give, self.erase])
        super().__init__([buttons, self.panel])
        self.add_class("stack")

    def _open(self, build: Callable[[], widgets.Widget]) -> None:
        try:
            self.panel.children = [build()]
        except Exception as error:
            self.panel.children = [widgets.HTML(page.notice(explain(error).sentence))]

    def _ask(self) -> widgets.Widget:
        with db.reading() as session:
            found = erasure.footprint(session, self._person, actor=page.actor())
        told = widgets.HTML(_tell(found))
        if found.devices:
            return told
        self.form = self._form(found)
        box = widgets.VBox([told, self.form])
        box.add_class("stack")
        return box

    def _form(self, found: Footprint) -> Form:
        gone: list[Forgotten] = []

        def save(request: ErasureRequest, key: str) -> str:
            who, today = page.actor(), clock.today()
            reason = f"wissen op verzoek: {request.why}"
            with db.transaction(who, reason, once=key) as session:
                gone[:] = [
                    erasure.erase(session, self._person, request, actor=who, today=today)
                ]
            return _done(gone[0])

        doubtful = any(one.mention == Mention.LAST and not one.own for one in found.texts)
        form = Form(
            ErasureRequest,
            title="Wissen op verzoek",
            save_label="Wis deze persoon",
            fields=["why", *(["surname_too"] if doubtful else []), "sure"],
            focus=True,
            on_save=save,
        )
        form.saved.append(lambda: self._end(_done(gone[0])))
        return form

    def _end(self, sentence: str) -> None:
        self.children = [widgets.HTML(page.notice(sentence, "ok"))]
        self._on_erased()


def _done(gone: Forgotten) -> str:
    notes = show_count(gone.texts, "nota", "nota's")
    return f"Gewist: naam en contact, en {notes}. Geen enkel cijfer verandert."


def _tell(found: Footprint) -> str:
    if found.devices:
        return _blocked(found)
    own = [one for one in found.texts if one.own]
    sure = [one for one in found.texts if not one.own and one.mention == Mention.FULL]
    doubtful = [one for one in found.texts if not one.own and one.mention < Mention.FULL]
    kept = [show_count(number, *KEPT[name]) for name, number in found.kept.items() if number]
    merged = len(found.names) > 1
    return (
        '<section class="card" aria-labelledby="h-erasure">'
        '<h2 id="h-erasure">Wat verdwijnt en wat blijft</h2>'
        "<h3>Verdwijnt</h3>"
        f"{_list(f'Naam, telefoon, e-mail en postcode van {name}' for name in found.names)}"
        f"{page.notice(MERGED, 'warn') if merged else ''}"
        f"{_notes('Nota’s bij deze persoon', own)}"
        f"{_notes('Nota’s elders met de volledige naam', sure)}"
        f"{_notes('Alleen als je het aanvinkt: nota’s met één naam', doubtful)}"
        "<h3>Blijft</h3>"
        f"{_list([*kept, *STAYS])}</section>"
    )


MERGED = (
    "Deze inschrijvingen zijn samengevoegd: ze zijn één persoon en verdwijnen samen. "
    "Is een van hen iemand anders? Trek dan eerst de samenvoeging in."
)
STAYS = (
    "Geboortejaar, gender, woonplaats en andere kenmerken, zonder naam",
    "Alle cijfers en verzegelde rapporten, ongewijzigd",
    "Back-ups van vroeger: wie ze terugzet, wist deze persoon vanzelf opnieuw",
)


def _blocked(found: Footprint) -> str:
    links = "".join(
        f'<a class="btn" href="uitleen?toestel={html.escape(code)}">'
        f"Neem {html.escape(code)} terug</a>"
        for code in found.devices
    )
    devices = ", ".join(found.devices)
    sentence = f"Deze persoon heeft nog een toestel: {devices}. Registreer eerst de terugname."
    return f'{page.notice(sentence, "warn")}<div class="actions">{links}</div>'


def _notes(title: str, texts: list[FoundText]) -> str:
    if not texts:
        return ""
    lines = _list(f"{_where(one)}: {one.text}" for one in texts)
    return f'<p class="strong">{title} ({len(texts)})</p>{lines}'


def _where(found: FoundText) -> str:
    match found.record:
        case Loan(device=device, lent_on=day):
            return f"uitlening van {device} op {show_date(day)}"
        case Visit(visited_on=day):
            return f"bezoek op {show_date(day)}"
        case Booking(booked_on=day):
            return f"kost van {show_date(day)}"
    return "elders"


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{html.escape(line)}</li>' for line in lines)}</ul>"
