"""The tab of possible doubles: three lists, and reach however doubles are counted (flow 7)."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets
import pandas as pd

from digibank_core import clock, db, matching
from digibank_core.i18n import show_count
from digibank_core.models import PairRequest
from digibank_core.models.merges import Act, Decision, Pair
from digibank_core.services import doubles, merges
from digibank_core.ui import couples, page, verdicts
from digibank_core.ui.form import Form, Option
from digibank_core.ui.guard import explain
from digibank_core.ui.heading import Heading
from digibank_core.ui.lists import Listing
from digibank_core.ui.verdicts import Question

MOST_PAIRS = 100
"""Pairs in the list; after a decision the next ones come up."""

MERGED = (
    "<p>Kies een samenvoeging om ze in te trekken. Wat sindsdien "
    "genoteerd is, blijft staan waar het staat.</p>"
)
APART = "<p>Deze paren komen niet meer in de lijst. Kies er een om dat terug te nemen.</p>"


Name = Callable[[str], str]


class Doubles(widgets.VBox):  # type: ignore[misc]
    """The lists, or one question in their place: what is answered is about what is shown.

    Parameters
    ----------
    search
        Gives the persons that a search field offers.
    """

    def __init__(self, search: Callable[[str], list[Option]]) -> None:
        self._search = search
        self._pairs: list[Pair] = []
        self._merged: list[Decision] = []
        self._apart: list[Decision] = []
        self.told = widgets.HTML('<p role="status">De dubbels worden gezocht.</p>')
        self.counts, self.intro = widgets.HTML(), widgets.HTML()
        self.suspects = _listing(
            "Paren, wie het meest op elkaar lijkt eerst",
            ("Geen mogelijke dubbels", "Nieuwe paren komen hier vanzelf."),
            self._guarded(self._choose_pair),
        )
        self.merged = _listing(
            "Samenvoegingen, de nieuwste eerst",
            ("Nog niets samengevoegd", "Kies hierboven een paar."),
            self._guarded(self._choose_merge),
        )
        self.apart = _listing(
            "Paren die niet dezelfde zijn, de nieuwste eerst",
            ("Nog niets genoteerd", "Kies hierboven een paar."),
            self._guarded(self._choose_difference),
        )
        self.forms: dict[str, Form] = {}
        """Forms on the screen, by title."""
        super().__init__([self.told])
        self.add_class("stack")

    def renew(self) -> None:
        """Search the doubles and show the lists."""
        self._guarded(self.show)("")

    def show(self, told: str) -> None:
        """Show the lists as they are now, and above them what was done."""
        was_asked = len(self.children) > 1
        self._read()
        self._put(
            page.notice(told, "ok") if told else "",
            page.card(Heading("Mogelijke dubbels", focus=was_asked), self.intro, self.suspects),
            page.card(Heading("Hoeveel personen zijn bereikt?"), self.counts),
            self._pair_form(),
            page.card(Heading("Samengevoegd"), widgets.HTML(MERGED), self.merged),
            page.card(Heading("Niet dezelfde"), widgets.HTML(APART), self.apart),
        )

    def ask(self, question: Question) -> None:
        """Let a question stand in the place of the lists."""
        back = widgets.Button(description="Sluit zonder wijziging")
        back.on_click(lambda _button: self.renew())
        heading = Heading(question.heading, focus=True)
        shown = page.card(heading, widgets.HTML(f'<div class="stack-s">{question.shown}</div>'))
        self._put("", shown, *question.forms, back)

    def _read(self) -> None:
        who, today = page.actor(), clock.today()
        with db.reading() as session:
            self._pairs = doubles.suspects(session, actor=who)
            self._merged = merges.merged(session, actor=who)
            self._apart = merges.apart(session, actor=who)
            counted = matching.matching(session, self._pairs, actor=who, as_of=today)
            first = self._pairs[:MOST_PAIRS]
            shown: list[Pair | Decision] = [*first, *self._merged, *self._apart]
            keys = {key for pair in shown for key in (pair.one, pair.other)}
            name = verdicts.names(session, keys)
        self.counts.value, self.intro.value = couples.matchings(counted), self._intro()
        self.suspects.show(
            pd.DataFrame(_pair_row(*numbered, name) for numbered in enumerate(first, start=1))
        )
        self.merged.show(pd.DataFrame(_merge_row(one, name) for one in self._merged))
        self.apart.show(
            pd.DataFrame(
                _difference_row(*numbered, name) for numbered in enumerate(self._apart, start=1)
            )
        )

    def _intro(self) -> str:
        pairs = len(self._pairs)
        told = show_count(pairs, "paar lijkt", "paren lijken")
        first = f" De eerste {MOST_PAIRS} staan hier." if pairs > MOST_PAIRS else ""
        return (
            f"<p>{told} op elkaar.{first} "
            "Kies er een om ze naast elkaar te zien. Wie gewist is, staat er niet bij: "
            "zonder naam valt er niets te vergelijken.</p>"
        )

    def _put(self, told: str, *parts: widgets.Widget) -> None:
        self.forms = {part.spec["title"]: part for part in parts if isinstance(part, Form)}
        self.told.value, self.children = told, [self.told, *parts]

    def _guarded(self, act: Callable[[str], None]) -> Callable[[str], None]:
        """Let what goes wrong with a list be told above it."""

        def guarded(chosen: str) -> None:
            try:
                act(chosen)
            except Exception as error:
                self.told.value = page.notice(explain(error).sentence)

        return guarded

    def _pair_form(self) -> Form:
        asked: list[Question] = []

        def keep(request: PairRequest, _key: str) -> str:
            asked[:] = [verdicts.about_pair(request.one, request.other, self.show)]
            return "Ze staan naast elkaar."

        form = Form(
            PairRequest,
            title="Vergelijk zelf twee personen",
            save_label="Vergelijk",
            searches={"one": self._search, "other": self._search},
            on_save=keep,
        )
        form.saved.append(lambda: self.ask(asked[0]))
        return form

    def _choose_pair(self, number: str) -> None:
        pair = self._pairs[int(number) - 1]
        self.ask(verdicts.about_pair(pair.one, pair.other, self.show))

    def _choose_merge(self, number: str) -> None:
        chosen = next(one for one in self._merged if str(one.number) == number)
        self.ask(verdicts.about_merge(chosen, self.show))

    def _choose_difference(self, number: str) -> None:
        self.ask(verdicts.about_difference(self._apart[int(number) - 1], self.show))


def _listing(caption: str, empty: tuple[str, str], on_choose: Callable[[str], None]) -> Listing:
    return Listing(caption, empty=page.empty(*empty), on_choose=on_choose)


def _pair_row(number: int, pair: Pair, name: Name) -> dict[str, object]:
    return {
        "Nr": number,
        "Persoon": name(pair.one),
        "Lijkt op": name(pair.other),
        "Gelijkenis": pair.score,
        "Waarom": pair.why,
    }


def _merge_row(one: Decision, name: Name) -> dict[str, object]:
    state = "geldt" if one.undone is None else f"ingetrokken: {verdicts.why(one.undone)}"
    return {
        "Nr": one.number,
        "Blijft": name(one.one),
        "Telt als die": name(one.other),
        "Stand": state,
        **_said(one.made),
    }


def _difference_row(number: int, one: Decision, name: Name) -> dict[str, object]:
    return {"Nr": number, "Persoon": name(one.one), "Is niet": name(one.other)} | _said(
        one.made
    )


def _said(act: Act) -> dict[str, object]:
    day = pd.Timestamp(act.at.astimezone(clock.BRUSSELS).date())
    return {"Op": day, "Door": act.login, "Waarom": verdicts.why(act)}
