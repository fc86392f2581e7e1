"""The roll call, driven as a browser drives it: by messages, without a browser."""

from __future__ import annotations

import logging
from datetime import date

import pytest

from digibank_core.errors import AlreadySavedError, RowsChangedError, SessionToComeError
from digibank_core.models import Mark
from digibank_core.models.training import RowMark
from digibank_core.ui.roll import Choice, Line, RollCall, Sheet

LESSON = Choice(
    7, "Smartphone voor starters", "di 12/11/2024", "", ("today", "vandaag"), "Noteer"
)


class Room:
    """What the page gives to the roll call: one session, and marks in memory."""

    def __init__(self):
        self.marks = {"p1": ("", 0), "p2": ("", 0)}
        self.keys, self.saved, self.reopened = [], [], []
        self.failure, self.why = None, ""

    def sheet(self, number):
        """Give the only sheet."""
        if self.failure is not None:
            raise self.failure
        lines = tuple(Line(key, key.upper(), "1951", *mark) for key, mark in self.marks.items())
        return Sheet(number, LESSON.what, (("Plaats", "bib"),), lines, why=self.why)

    def save(self, number, rows, key):
        """Save once for each key; refuse rows that were changed since they were shown."""
        if key in self.keys:
            raise AlreadySavedError
        passed = sum(self.marks[row.person][1] != row.version for row in rows)
        if passed:
            raise RowsChangedError(rows=passed)
        self.keys.append(key)
        self.saved.append((number, list(rows)))
        for row in rows:
            self.note(row.person, row.mark.value if row.mark else "")
        return f"Bewaard: {len(rows)}."

    def note(self, person, mark):
        """Change a mark, as someone else would."""
        self.marks[person] = (mark, self.marks[person][1] + 1)


@pytest.fixture
def room():
    return Room()


@pytest.fixture
def call(room):
    made = RollCall(
        sessions=lambda: [LESSON],
        open_sheet=room.sheet,
        on_save=room.save,
        on_reopen=room.reopened.append,
    )
    made.choose(7)
    return made


def tell(call, message):
    """Send a message as a browser would; give what the roll call sends back."""
    answers = []
    call.send = answers.append
    call._handle_custom_msg(message, [])
    return answers


def save(call, **marks):
    return tell(call, {"kind": "save", "key": call.key, "session": 7, "marks": marks})


def test_sessions_are_offered_and_none_is_open_at_first(room):
    call = RollCall(
        sessions=lambda: [LESSON], open_sheet=room.sheet, on_save=room.save, on_reopen=print
    )

    assert [one["what"] for one in call.sessions] == ["Smartphone voor starters"]
    assert call.sheet == {}


def test_chosen_session_shows_every_row_unmarked(room, call):
    assert [line["mark"] for line in call.sheet["lines"]] == ["", ""]
    assert call.sheet["open"] is True


def test_marks_are_saved_with_the_versions_that_were_shown(room, call):
    [answer] = save(call, p1="aanwezig", p2="")

    assert (answer["kind"], answer["text"]) == ("saved", "Bewaard: 2.")
    assert room.saved == [(7, [RowMark("p1", Mark.PRESENT, 0), RowMark("p2", None, 0)])]
    assert [line["mark"] for line in call.sheet["lines"]] == ["aanwezig", ""]


def test_double_click_is_one_save(room, call):
    message = {"kind": "save", "key": call.key, "session": 7, "marks": {"p1": "aanwezig"}}

    kinds = [answer["kind"] for _ in range(2) for answer in tell(call, message)]

    assert kinds == ["saved", "already"]
    assert len(room.saved) == 1


def test_each_save_gets_another_key_and_a_refusal_keeps_it(room, call):
    key = call.key
    [saved] = save(call, p1="aanwezig")
    room.note("p2", "afwezig")

    [refused] = save(call, p2="aanwezig")

    assert (saved["of"], saved["key"]) == (key, call.key)
    assert (refused["of"], refused["key"]) == (call.key, call.key)


def test_row_that_someone_else_noted_is_remarked_and_nothing_is_saved(room, call):
    room.note("p1", "afwezig")

    [answer] = save(call, p1="aanwezig", p2="aanwezig")

    assert answer["kind"] == "refused"
    assert "1 van jouw rijen" in answer["text"]
    first, second = call.sheet["lines"]
    assert first["note"] == "Iemand anders noteerde intussen: afwezig. Jij koos: aanwezig."
    assert second["note"] == ""
    assert room.saved == []


def test_second_save_after_a_remark_goes_through(room, call):
    room.note("p1", "afwezig")
    save(call, p1="aanwezig")

    [answer] = save(call, p1="aanwezig")

    assert answer["kind"] == "saved"
    assert room.marks["p1"][0] == "aanwezig"
    assert call.sheet["lines"][0]["note"] == ""


def test_unexpected_error_is_told_with_a_code_and_logged(room, call, caplog):
    call._on_save = lambda *_: 1 / 0

    [answer] = save(call, p1="aanwezig")

    assert answer["kind"] == "refused"
    assert "Er is niets bewaard" in answer["text"]
    assert "ZeroDivisionError" in caplog.text


def test_save_stands_when_the_sheet_cannot_be_read_again(room, call, caplog):
    call._open_sheet = lambda _: 1 / 0

    [answer] = save(call, p1="aanwezig")

    assert answer["kind"] == "saved"
    assert "ZeroDivisionError" in caplog.text


def test_refresh_keeps_the_sheet_and_tells_the_page(room, call):
    told = []
    call.changed.append(lambda: told.append(call.shown.session))
    room.note("p2", "aanwezig")

    call.refresh()

    assert call.sheet["lines"][1]["mark"] == "aanwezig"
    assert told == [7]


def test_close_leads_back_to_the_sessions(call):
    tell(call, {"kind": "close"})

    assert call.sheet == {}
    assert call.shown is None


def test_closed_list_is_opened_again(room, call):
    room.why = "De lijst is volledig."
    tell(call, {"kind": "open", "session": 7})
    assert call.sheet["open"] is False

    tell(call, {"kind": "reopen"})

    assert room.reopened == [7]


@pytest.mark.parametrize(
    "message",
    [
        "boem",
        {"kind": "open", "session": 8},
        {"kind": "open", "session": "7"},
        {"kind": "save", "key": "k", "session": 7, "marks": {}},
        {"kind": "save", "key": "0" * 32, "session": 8, "marks": {}},
        {"kind": "save", "key": "0" * 32, "session": 7, "marks": {"p1": "misschien"}},
        {"kind": "save", "key": "0" * 32, "session": 7, "marks": {"p1": None}},
        {"kind": "save", "key": "0" * 32, "session": 7, "marks": {"p9": "aanwezig"}},
        {"kind": "save", "key": "0" * 32, "session": 7},
        {"kind": "delete"},
    ],
    ids=str,
)
def test_message_that_no_page_of_ours_sends_is_ignored(room, call, caplog, message):
    with caplog.at_level(logging.WARNING):
        answers = tell(call, message)

    assert answers == []
    assert room.keys == []
    assert "unknown message" in caplog.text


def test_sheet_that_cannot_be_opened_says_why(room, call):
    room.failure = SessionToComeError(held_on=date(2024, 11, 12))

    [answer] = tell(call, {"kind": "open", "session": 7})

    assert answer["kind"] == "trouble"
    assert "12/11/2024" in answer["text"]
