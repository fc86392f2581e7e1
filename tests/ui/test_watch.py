"""A form that looks along while somebody types, driven by messages as a browser sends them."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, Field

from digibank_core.errors import UnknownPersonError
from digibank_core.models.typed import PersonName
from digibank_core.ui.watch import Likely, Watch, Watching
from tests.ui.test_form import tell

LIEVE = Likely("p1", "Lieve Claeys", ("open", "gelijkenis 98 op 100"), ("1950, Torhout",))


class Newcomer(BaseModel):
    """Two fields that are watched and one that is not."""

    name: PersonName = Field(title="Naam")
    town: str | None = Field(default=None, title="Woonplaats")
    note: str | None = Field(default=None, title="Nota")


class Desk:
    """What a page gives to a form, and what it was asked."""

    def __init__(self):
        self.asked, self.taken = [], []
        self.failure = None

    def ask(self, typed):
        """Know Lieve."""
        self.asked.append(typed)
        if self.failure is not None:
            raise self.failure
        return [LIEVE] if typed.get("name") == "Lieve" else []

    def take(self, value, typed):
        """Take a card, or fail as the test asks."""
        if self.failure is not None:
            raise self.failure
        self.taken.append((value, typed))

    def form(self, **declared):
        """Declare a form as pages do."""
        watch = Watch(
            title="Misschien bekend",
            act="Gebruik deze",
            fields=("name", "town"),
            after="town",
            ask=self.ask,
            tell=lambda number: f"{number} gevonden.",
            take=self.take,
        )
        return Watching(
            Newcomer,
            title="Nieuw",
            save_label="Schrijf in",
            on_save=lambda *_: "Bewaard.",
            choices={"town": [("31033", "Torhout")]},
            watch=watch,
            **declared,
        )


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def form(desk):
    return desk.form()


def look(form, turn=1, **typed):
    [answer] = tell(form, {"kind": "watch", "turn": turn, "data": typed})
    return answer


def test_cards_come_with_the_turn_that_asked(form):
    assert look(form, turn=7, name="Lieve") == {
        "kind": "watched",
        "turn": 7,
        "told": "1 gevonden.",
        "cards": [
            {
                "value": "p1",
                "title": "Lieve Claeys",
                "badge": ("open", "gelijkenis 98 op 100"),
                "lines": ("1950, Torhout",),
            }
        ],
    }


def test_nothing_is_said_when_nothing_is_found(form):
    assert look(form, name="Fatima") == {"kind": "watched", "turn": 1, "told": "", "cards": []}


def test_only_watched_fields_that_are_right_are_asked_about(form, desk):
    look(form, name="Lieve", town="99999", note="niet voor de vergelijking", more="x")
    look(form, name="7", town="31033")

    assert desk.asked == [{"name": "Lieve"}, {"town": "31033"}]


def test_browser_is_told_what_to_watch_and_where_cards_stand(desk):
    assert desk.form().spec["watch"] == {
        "title": "Misschien bekend",
        "act": "Gebruik deze",
        "fields": ["name", "town"],
        "after": "town",
    }
    left = desk.form(fields=["note", "name"]).spec["watch"]
    assert (left["fields"], left["after"]) == (["name"], "name")


def test_card_is_taken_once_with_all_that_stood_in_the_form(form, desk):
    look(form, name="Lieve")

    for _ in range(2):
        tell(form, {"kind": "take", "card": "p1", "data": {"name": "Lieve", "note": "belt"}})

    assert desk.taken == [("p1", {"name": "Lieve", "town": "", "note": "belt"})]


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "take", "card": "p2", "data": {}},
        {"kind": "take", "card": "p1"},
        {"kind": "watch", "turn": "1", "data": {}},
        {"kind": "watch", "turn": 1, "data": []},
    ],
)
def test_message_of_another_shape_or_about_another_card_does_nothing(form, desk, message):
    look(form, name="Lieve")

    assert tell(form, message) == []
    assert (len(desk.asked), desk.taken) == (1, [])


def test_failure_while_looking_is_told_and_the_form_still_saves(form, desk):
    desk.failure = UnknownPersonError()

    assert look(form, name="Lieve")["told"] == UnknownPersonError.message_nl
    assert form.submit(name="Lieve").kind == "saved"


def test_failure_while_taking_is_told_and_can_be_tried_again(form, desk):
    look(form, name="Lieve")
    desk.failure = UnknownPersonError()

    [answer] = tell(form, {"kind": "take", "card": "p1", "data": {}})
    desk.failure = None
    tell(form, {"kind": "take", "card": "p1", "data": {}})

    assert answer == {"kind": "not taken", "told": UnknownPersonError.message_nl}
    assert [value for value, _ in desk.taken] == ["p1"]
