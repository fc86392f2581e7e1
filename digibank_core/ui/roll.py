"""The roll call on the screen: choose a session, note who was there, save it as one whole.

Like the form, nothing that a browser sends is trusted: only marks of people on the sheet
that was shown are read, and the versions that were shown are kept here.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from digibank_core.errors import AlreadySavedError, NotOnListError, RowsChangedError
from digibank_core.models import Mark
from digibank_core.models.training import RowMark
from digibank_core.ui.guard import explain, report

log = logging.getLogger(__name__)

STATIC = Path(__file__).parent / "static"
SCRIPTS = ("fields.js", "sending.js", "drafts.js", "roll.js")
"""Together one module; the first has the function that makes a node."""
MARKS = {"": None, **{mark.value: mark for mark in Mark}}
UNMARKED = "nog niet genoteerd"


@dataclass(frozen=True)
class Choice:
    """A session that can be chosen."""

    session: int
    what: str
    when: str
    """Day, hours and place."""
    story: str
    """How far its list is."""
    badge: tuple[str, str]
    """Kind of the badge (a class of the style sheet) and its word."""
    act: str
    """Word on the button."""


@dataclass(frozen=True)
class Line:
    """One person on a sheet, as it stands in the database."""

    person: str
    name: str
    detail: str
    mark: str
    """Empty while nobody noted anything."""
    version: int
    note: str = ""
    """What changed on this line meanwhile."""


@dataclass(frozen=True)
class Sheet:
    """The list of one session, to be noted or to be looked at."""

    session: int
    title: str
    facts: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    why: str = ""
    """Why nothing can be noted; empty when it can."""
    complete: bool = False


class RollCall(anywidget.AnyWidget):  # type: ignore[misc]
    """The sessions, and the sheet of the one that is chosen.

    Parameters
    ----------
    sessions
        Gives the sessions to choose from.
    open_sheet
        Gives the sheet of a session.
    on_save
        Gets the session, its changed rows and the idempotency key, and gives the sentence to
        show. It holds the whole transaction: when it raises, nothing may be saved.
    on_reopen
        Opens a complete list again.

    Notes
    -----
    `changed` lists functions to run when another sheet is shown, or the same one anew.
    """

    _esm = "\n".join((STATIC / name).read_text("utf-8") for name in SCRIPTS)
    sessions = traitlets.List().tag(sync=True)
    sheet = traitlets.Dict().tag(sync=True)
    key = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        *,
        sessions: Callable[[], Sequence[Choice]],
        open_sheet: Callable[[int], Sheet],
        on_save: Callable[[int, Sequence[RowMark], str], str],
        on_reopen: Callable[[int], object],
    ) -> None:
        self._sessions, self._open_sheet = sessions, open_sheet
        self._on_save, self._on_reopen = on_save, on_reopen
        self.shown: Sheet | None = None
        self.changed: list[Callable[[], object]] = []
        self._turn = 0
        super().__init__(sessions=self._choices(), key=uuid.uuid4().hex)
        self.on_msg(self._receive)

    def choose(self, session: int) -> None:
        """Show the sheet of a session, and lead there."""
        self._turn += 1
        self._show(self._open_sheet(session))

    def refresh(self) -> None:
        """Read again what is on the screen; what is noted there and not saved stays."""
        self._list_again()
        if self.shown is not None:
            self._show(self._open_sheet(self.shown.session))

    def save(self, key: str | None = None, /, **marks: str) -> dict[str, str]:
        """Save marks by person, as the button does: for tests."""
        session = 0 if self.shown is None else self.shown.session
        return self._save(session, marks, key or self.key)

    def _receive(self, _widget: object, message: object, _buffers: object) -> None:
        match message:
            case {"kind": "open", "session": int(session)} if session in self._known():
                self._attempt(lambda: self.choose(session))
            case {"kind": "close"}:
                self.shown, self.sheet = None, {}
                self._guard(self.refresh)
                self._tell_changed()
            case {"kind": "reopen"} if self.shown is not None:
                self._attempt(self._reopen)
            case {
                "kind": "save", "key": str(key), "session": int(session), "marks": dict(marks)
            } if self._fits(key, session, marks):  # fmt: skip
                self.send(self._save(session, marks, key))
                self._guard(self._list_again)
            case _:
                log.warning("roll call got an unknown message")

    def _fits(self, key: str, session: int, marks: Mapping[Any, Any]) -> bool:
        is_shown = self.shown is not None and self.shown.session == session
        people = {line.person for line in self._lines()}
        known = all(isinstance(mark, str) and mark in MARKS for mark in marks.values())
        fits = is_shown and known and marks.keys() <= people
        return fits and re.fullmatch("[0-9a-f]{32}", key) is not None

    def _save(self, session: int, marks: Mapping[str, str], key: str) -> dict[str, str]:
        versions = {line.person: line.version for line in self._lines()}
        sent = [
            RowMark(person, MARKS[mark], versions.get(person, 0))
            for person, mark in marks.items()
        ]
        try:
            text = self._on_save(session, sent, key)
        except AlreadySavedError as error:
            self._guard(lambda: self._show(self._open_sheet(session)))
            return self._renew("already", error.user_message, key)
        except (RowsChangedError, NotOnListError) as error:
            self._guard(lambda: self._show_what_differs(marks))
            return _answer("refused", error.user_message, key, key)
        except Exception as error:
            return _answer("refused", explain(error).sentence, key, key)
        self._guard(lambda: self._show(self._open_sheet(session)))
        return self._renew("saved", text, key)

    def _renew(self, kind: str, text: str, of: str) -> dict[str, str]:
        self.key = uuid.uuid4().hex
        return _answer(kind, text, of, self.key)

    def _show_what_differs(self, marks: Mapping[str, str]) -> None:
        """Show the sheet as it is now, with a remark where someone else came first."""
        shown = {line.person: line.version for line in self._lines()}
        if self.shown is None:
            return
        now = self._open_sheet(self.shown.session)
        lines = [
            replace(line, note=_remark(line.mark, marks[line.person]))
            if line.version != shown.get(line.person, 0)
            and marks.get(line.person, line.mark) != line.mark
            else line
            for line in now.lines
        ]
        self._show(replace(now, lines=tuple(lines)))

    def _reopen(self) -> None:
        if self.shown is not None:
            self._on_reopen(self.shown.session)
            self.choose(self.shown.session)
            self._list_again()

    def _list_again(self) -> None:
        self.sessions = self._choices()

    def _show(self, sheet: Sheet) -> None:
        self.shown = sheet
        self.sheet = {**asdict(sheet), "open": not sheet.why, "turn": self._turn}
        self._tell_changed()

    def _tell_changed(self) -> None:
        for callback in self.changed:
            self._guard(callback)

    def _attempt(self, act: Callable[[], object]) -> None:
        """Do what the user asked, or say why not."""
        try:
            act()
        except Exception as error:
            self.send({"kind": "trouble", "text": explain(error).sentence})

    def _guard(self, act: Callable[[], object]) -> None:
        """Let nothing that fails beside a save deny the save."""
        try:
            act()
        except Exception as error:
            report(error)

    def _choices(self) -> list[dict[str, Any]]:
        return [asdict(choice) for choice in self._sessions()]

    def _known(self) -> set[int]:
        return {choice["session"] for choice in self.sessions}

    def _lines(self) -> tuple[Line, ...]:
        return () if self.shown is None else self.shown.lines


def _remark(now: str, chosen: str) -> str:
    return (
        f"Iemand anders noteerde intussen: {now or UNMARKED}. Jij koos: {chosen or UNMARKED}."
    )


def _answer(kind: str, text: str, of: str, key: str) -> dict[str, str]:
    return {"kind": kind, "text": text, "of": of, "key": key}
