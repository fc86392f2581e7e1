"""Errors about Digipunten, visits and opening blocks."""

from __future__ import annotations

from digibank_core.errors.base import NotFoundError, RuleError


class UnknownDigipuntError(NotFoundError):
    """No Digipunt has the code."""

    message_nl = "Dit Digipunt kennen we niet. Kies een Digipunt uit de lijst."
    field = "digipunt"


class DigipuntElsewhereError(NotFoundError):
    """The Digipunt belongs to another Digibank."""

    message_nl = (
        "{digipunt} hoort bij Digibank {digibank}. Kies een Digipunt van jouw Digibank."
    )
    field = "digipunt"

    def __init__(self, *, digipunt: str, digibank: str) -> None:
        super().__init__(digipunt=digipunt, digibank=digibank)


class StopMissingError(RuleError):
    """A visit to a mobile Digipunt says in which municipality it stood (rule 5)."""

    message_nl = "Dit Digipunt is mobiel. Kies de gemeente waar het stond."
    field = "stop"


class StopOutsideError(RuleError):
    """A stop lies within the area of the Digibank (rule 5)."""

    message_nl = "{municipality} ligt niet in jouw werkgebied. Kies een andere gemeente."
    field = "stop"

    def __init__(self, *, municipality: str) -> None:
        super().__init__(municipality=municipality)


class UnknownTopicError(NotFoundError):
    """No topic has the code."""

    message_nl = "Dit onderwerp staat niet in de lijst. Kies een ander onderwerp."
    field = "topic"


class AgeOfKnownPersonError(RuleError):
    """A known person has a birth year, so no age band (rule 11)."""

    message_nl = "Van wie met naam komt, schatten we de leeftijd niet. Maak dit veld leeg."
    field = "age_band"


class UnknownVisitError(NotFoundError):
    """No visit of this Digibank has the number."""

    message_nl = "Dit bezoek kennen we niet. Laad de pagina opnieuw."


class VisitOfOtherError(RuleError):
    """Only who wrote a visit down may take it back."""

    message_nl = "Iemand anders noteerde dit bezoek. Vraag je coördinator om het te verbeteren."


class TooLateToTakeBackError(RuleError):
    """The time in which a visit can be taken back is over."""

    message_nl = (
        "Ongedaan maken kan tot {seconds} seconden na het bewaren. "
        "Vraag je coördinator om het te verbeteren."
    )

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds)


class EmptyTallyError(RuleError):
    """A tally without a single question."""

    message_nl = (
        "Er staat nog geen aantal. Vul er minstens één in. "
        "Kwam er niemand? Noteer dat bij Openingsuren."
    )


class CountedTwiceError(RuleError):
    """Visits of the same Digipunt and day were written down already (flows, walk-in)."""

    message_nl = (
        "Die dag staan er hier al bezoeken genoteerd: {visits}. "
        "Kijk na of je niemand tweemaal telt. Vink dan dit vakje aan."
    )
    field = "confirmed"

    def __init__(self, *, visits: int) -> None:
        super().__init__(visits=visits)


class BlockHoursError(RuleError):
    """A block ends before it starts."""

    message_nl = "Het Digipunt ging dicht voor het open was. Kies een later uur."
    field = "ends_at"


class BlockHeldError(RuleError):
    """The hours were written down already, wholly or in part (rule 42)."""

    message_nl = "Van {hours} staat er al genoteerd. Kies andere uren, of laat het zo."
    field = "starts_at"

    def __init__(self, *, hours: str) -> None:
        super().__init__(hours=hours)
