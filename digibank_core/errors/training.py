"""Errors about courses, their sessions, enrolments and roll calls."""

from __future__ import annotations

from datetime import date

from digibank_core.errors.base import ChangedMeanwhileError, NotFoundError, RuleError


class UnknownCourseError(NotFoundError):
    """No course of this Digibank has the number."""

    message_nl = "Deze reeks staat niet in jouw Digibank. Kies een reeks uit de lijst."
    field = "course"


class UnknownSessionError(NotFoundError):
    """No session of this Digibank has the number."""

    message_nl = "Deze les staat niet in jouw Digibank. Kies een les uit de lijst."


class UnknownEnrolmentError(NotFoundError):
    """The person never asked for a place in the course."""

    message_nl = "Deze persoon staat niet in deze reeks. Kijk de naam en de reeks na."
    field = "person"


class SessionHoursError(RuleError):
    """A session ends before it begins."""

    message_nl = "De les eindigt voor ze begint. Kies een later uur."
    field = "ends_at"


class AlreadyEnrolledError(RuleError):
    """The person has a place, or waits for one."""

    message_nl = "Deze persoon staat al in deze reeks: {state}. Kies iemand anders."
    field = "person"

    def __init__(self, *, state: str) -> None:
        super().__init__(state=state)


class EnrolmentStepError(RuleError):
    """An enrolment in this state cannot become that."""

    message_nl = "Deze inschrijving is nu {state}, dus dit kan niet. Schrijf opnieuw in."
    field = "person"

    def __init__(self, *, state: str) -> None:
        super().__init__(state=state)


class CourseFullError(RuleError):
    """Every place of the course is taken."""

    message_nl = (
        "Alle {capacity} plaatsen zijn bezet. "
        "Annuleer eerst een plaats, dan schuift de wachtlijst op."
    )
    field = "course"

    def __init__(self, *, capacity: int) -> None:
        super().__init__(capacity=capacity)


class SessionCancelledError(RuleError):
    """Nobody can have come to a session that did not take place (rule 36)."""

    message_nl = "Deze les ging niet door. Kies een andere les."


class SessionMarkedError(RuleError):
    """A session with marks took place."""

    message_nl = (
        "Op deze lijst is al genoteerd: {marked}. "
        "Zet die mensen eerst terug op nog niet genoteerd."
    )

    def __init__(self, *, marked: int) -> None:
        super().__init__(marked=marked)


class SessionToComeError(RuleError):
    """Marks of a session that has yet to take place."""

    message_nl = "Deze les is pas op {held_on:%d/%m/%Y}. Noteer vanaf die dag wie er was."

    def __init__(self, *, held_on: date) -> None:
        super().__init__(held_on=held_on)


class ListCompleteError(RuleError):
    """Someone declared the list complete; it has to be opened again first (rule 38)."""

    message_nl = "Deze lijst is al volledig. Heropen ze eerst, dan kun je ze wijzigen."


class UnmarkedRowsError(RuleError):
    """A list with unmarked rows is not complete (rule 38)."""

    message_nl = "Nog niet genoteerd: {unmarked}. Noteer eerst iedereen en bewaar de lijst."

    def __init__(self, *, unmarked: int) -> None:
        super().__init__(unmarked=unmarked)


class RowsChangedError(ChangedMeanwhileError):
    """Someone else noted the same rows since they were shown."""

    message_nl = (
        "Iemand anders wijzigde intussen {rows} van jouw rijen. Er is niets bewaard. "
        "Kijk de rijen met een opmerking na en bewaar opnieuw."
    )

    def __init__(self, *, rows: int) -> None:
        super().__init__(rows=rows)


class PersonTwiceError(RuleError):
    """One save holds two marks for one person."""

    message_nl = "Een persoon staat tweemaal op deze lijst. Kies de les opnieuw."


class NotOnListError(RuleError):
    """A mark for somebody who has no place and did not walk in."""

    message_nl = (
        "Van jouw rijen staan er {rows} niet meer op deze lijst. Er is niets bewaard. "
        "Kies de les opnieuw, en zet wie er was weer op de lijst."
    )

    def __init__(self, *, rows: int) -> None:
        super().__init__(rows=rows)


class AlreadyOnListError(RuleError):
    """A walk-in who has a row already."""

    message_nl = "Deze persoon staat al op de lijst. Noteer daar wie er was."
    field = "person"


class CourseTooSmallError(RuleError):
    """More people have a place than the course would have."""

    message_nl = "Er zijn al {taken} plaatsen bezet. Vul dat aantal in of een hoger."
    field = "capacity"

    def __init__(self, *, taken: int) -> None:
        super().__init__(taken=taken)


class ListReferenceMissingError(RuleError):
    """A complete list without its reference is no proof (rule 38)."""

    message_nl = "Een volledige lijst heeft een nummer. Vul het in, of heropen eerst de lijst."
    field = "list_reference"
