"""Errors that people can cause, each with its own Dutch sentences.

DigibankError
├── NotFoundError             a code, name or number that no record has
├── NotAllowedError           the role or the Digibank of the user does not permit it
├── NotSignedInError          code runs without a known, active user
├── RuleError                 well formed, but a rule forbids it
│   ├── DeviceOnLoanError, DeviceNotWipedError, DeviceNotReadyError, DeviceNotOnLoanError
│   ├── FutureDateError, LoanOverlapError, DueBeforeLentError, ReturnBeforeLentError, ...
│   └── CodeTakenError, LoginTakenError
├── ChangedMeanwhileError     someone else changed the record since it was shown
├── AlreadySavedError         this form was saved before (double click, resend)
├── BusyError                 the database is locked by another writer for too long
├── SignInError               wrong name or password
├── TooManyAttemptsError      signing in is paused for this name and address
└── InstallationError         something the administrator must set right
    └── KeyMissingError, NoDatabaseError, DatabaseExistsError, DemoNotPublicError

Catch `DigibankError` to show `user_message`; anything else that is raised is a defect and
belongs in the log. Details hold codes, numbers and dates, never a name: they are logged.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar


class DigibankError(Exception):
    """Base of every error that is shown as a sentence instead of a traceback."""

    message_nl: ClassVar[str]
    field: str | None = None
    """Field of a form that the sentence belongs to; None for the form as a whole."""

    def __init__(self, **details: object) -> None:
        self.details = details
        given = ", ".join(f"{name}={value}" for name, value in details.items())
        super().__init__(f"{type(self).__name__}({given})")

    @property
    def user_message(self) -> str:
        """Dutch sentences for the screen: what happened, then what to do."""
        return self.message_nl.format(**self.details)


class NotFoundError(DigibankError):
    """Base of what is asked for but does not exist."""


class UnknownDeviceError(NotFoundError):
    """No device of this Digibank has the code; another Digibank's device is unknown too."""

    message_nl = "Toestel {device} kennen we niet. Kijk de code op de sticker na."
    field = "device"

    def __init__(self, *, device: str) -> None:
        super().__init__(device=device)


class DeviceElsewhereError(NotFoundError):
    """The device belongs to another Digibank."""

    message_nl = (
        "Toestel {device} hoort bij Digibank {digibank}. Kies een toestel van jouw Digibank."
    )
    field = "device"

    def __init__(self, *, device: str, digibank: str) -> None:
        super().__init__(device=device, digibank=digibank)


class UnknownPersonError(NotFoundError):
    """No person of this Digibank has the key."""

    message_nl = "Deze persoon staat niet in jouw Digibank. Zoek opnieuw en kies uit de lijst."
    field = "person"

    def __init__(self) -> None:
        super().__init__()


class UnknownPartnerError(NotFoundError):
    """No partner has the code."""

    message_nl = "Partner {partner} kennen we niet. Kies een partner uit de lijst."
    field = "partner"

    def __init__(self, *, partner: str) -> None:
        super().__init__(partner=partner)


class UnknownDigibankError(NotFoundError):
    """No Digibank has the code."""

    message_nl = "Digibank {digibank} bestaat niet. Kies noord, west of brugge."
    field = "digibank"

    def __init__(self, *, digibank: str) -> None:
        super().__init__(digibank=digibank)


class UnknownPeriodError(NotFoundError):
    """The Digibank has no funding period with this code."""

    message_nl = "Periode {period} bestaat niet voor Digibank {digibank}. Kijk de code na."

    def __init__(self, *, period: str, digibank: str) -> None:
        super().__init__(period=period, digibank=digibank)


class UnknownFigureError(NotFoundError):
    """No figure has the code."""

    message_nl = "Cijfer {code} bestaat niet. Kies een van: {codes}."

    def __init__(self, *, code: str, codes: str) -> None:
        super().__init__(code=code, codes=codes)


class UnknownMunicipalityError(NotFoundError):
    """No municipality of the region has the NIS code."""

    message_nl = "Deze gemeente kennen we niet. Kies een gemeente uit de lijst."
    field = "residence"

    def __init__(self) -> None:
        super().__init__()


class UnknownUserError(NotFoundError):
    """No account has the login."""

    message_nl = "Gebruiker {login} bestaat niet. Kijk de gebruikersnaam na."

    def __init__(self, *, login: str) -> None:
        super().__init__(login=login)


class UnknownSettingError(NotFoundError):
    """No setting has this name on this day."""

    message_nl = (
        "Instelling {name} heeft op {on:%d/%m/%Y} geen waarde. Meld het aan de beheerder."
    )

    def __init__(self, *, name: str, on: date) -> None:
        super().__init__(name=name, on=on)


class NotAllowedError(DigibankError):
    """The role of the user does not permit the act, or not in this Digibank."""

    message_nl = "Met jouw rol ({role}) kan dit niet. Vraag het aan je coördinator."

    def __init__(self, *, role: str) -> None:
        super().__init__(role=role)


class NotSignedInError(DigibankError):
    """Code runs without a known, active user."""

    message_nl = "Je bent niet aangemeld. Meld je aan, dan ga je verder waar je was."

    def __init__(self) -> None:
        super().__init__()


class RuleError(DigibankError):
    """Base of the rules; services raise one of its subclasses."""


class DeviceOnLoanError(RuleError):
    """The device has an open loan (rule 27)."""

    message_nl = (
        "Toestel {device} is uitgeleend sinds {since:%d/%m/%Y}. "
        "Neem het eerst terug, of kies een ander toestel."
    )
    field = "device"

    def __init__(self, *, device: str, since: date) -> None:
        super().__init__(device=device, since=since)


class DeviceNotWipedError(RuleError):
    """No wipe was recorded since the device came in or back (rule 26)."""

    message_nl = (
        "Toestel {device} kan nog niet mee: het is niet gewist. "
        "Noteer eerst de wissing, of kies een ander toestel."
    )
    field = "device"

    def __init__(self, *, device: str) -> None:
        super().__init__(device=device)


class DeviceNotReadyError(RuleError):
    """The state of the device does not permit this step of its life cycle (rule 25)."""

    message_nl = "Toestel {device} is nu {state}. Daarom kan dit niet. Kies een ander toestel."
    field = "device"

    def __init__(self, *, device: str, state: str) -> None:
        super().__init__(device=device, state=state)


class DeviceNotOnLoanError(RuleError):
    """A return of a device that nobody has."""

    message_nl = (
        "Toestel {device} is niet uitgeleend, dus terugnemen hoeft niet. Kijk de code na."
    )
    field = "device"

    def __init__(self, *, device: str) -> None:
        super().__init__(device=device)


class LoanOverlapError(RuleError):
    """The hand-over lies before the end of an earlier loan or wipe (rules 26 and 27)."""

    message_nl = (
        "Toestel {device} was tot {free:%d/%m/%Y} nog niet vrij of gewist. "
        "Kies een latere dag, of kijk de code na."
    )
    field = "lent_on"

    def __init__(self, *, device: str, free: date) -> None:
        super().__init__(device=device, free=free)


class DueBeforeLentError(RuleError):
    """The due date lies before the hand-over (rule 27)."""

    message_nl = "De dag van terugkeer ligt voor de dag van uitlenen. Kies een latere dag."
    field = "due_on"

    def __init__(self) -> None:
        super().__init__()


class ReturnBeforeLentError(RuleError):
    """The return lies before the hand-over (rule 27)."""

    message_nl = "Het toestel ging pas mee op {lent_on:%d/%m/%Y}. Kies die dag of een latere."
    field = "returned_on"

    def __init__(self, *, lent_on: date) -> None:
        super().__init__(lent_on=lent_on)


class WipeBeforeReturnError(RuleError):
    """A wipe dated before the device came back does not count (rule 26)."""

    message_nl = (
        "Het toestel kwam pas binnen op {returned_on:%d/%m/%Y}. Kies die dag of een latere."
    )
    field = "wiped_on"

    def __init__(self, *, returned_on: date) -> None:
        super().__init__(returned_on=returned_on)


class FutureDateError(RuleError):
    """Something is said to have happened after today."""

    message_nl = "{day:%d/%m/%Y} moet nog komen. Kies vandaag of een dag ervoor."

    def __init__(self, *, field: str, day: date) -> None:
        super().__init__(day=day)
        self.field = field


class CodeTakenError(RuleError):
    """Another device carries this code or serial number (rule 34)."""

    message_nl = "Toestel {device} staat al in de lijst. Kies een andere code."
    field = "device"

    def __init__(self, *, device: str) -> None:
        super().__init__(device=device)


class LoginTakenError(RuleError):
    """Another account has this login."""

    message_nl = "Gebruikersnaam {login} bestaat al. Kies een andere naam."
    field = "login"

    def __init__(self, *, login: str) -> None:
        super().__init__(login=login)


class ChangedMeanwhileError(DigibankError):
    """The record has another version than the one that was on the screen."""

    message_nl = (
        "Iemand anders wijzigde dit net. Er is niets bewaard. "
        "Zoek het toestel opnieuw op en kijk na wat verschilt."
    )

    def __init__(self) -> None:
        super().__init__()


class AlreadySavedError(DigibankError):
    """The form carries an idempotency key that was used before."""

    message_nl = "Dit was al bewaard. Je hoeft niets meer te doen."

    def __init__(self) -> None:
        super().__init__()


class BusyError(DigibankError):
    """Another writer held the database for longer than the waiting time."""

    message_nl = (
        "Bewaren lukte niet: het is druk. Wat je typte, staat er nog. Probeer het zo opnieuw."
    )

    def __init__(self) -> None:
        super().__init__()


class SignInError(DigibankError):
    """Unknown login, wrong password or an account that is closed: not told apart."""

    message_nl = "De naam of het wachtwoord klopt niet. Probeer het opnieuw."

    def __init__(self) -> None:
        super().__init__()


class TooManyAttemptsError(DigibankError):
    """Too many wrong passwords in a row for this login from this address."""

    message_nl = "Je probeerde te vaak. Wacht {seconds} seconden en probeer dan opnieuw."

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds)


class InstallationError(DigibankError):
    """Base of what the administrator must set right."""


class KeyMissingError(InstallationError):
    """The key of contact data is missing, unreadable or another one."""

    message_nl = (
        "De sleutel van de namen ontbreekt of past niet. Er is niets bewaard. "
        "Meld het aan de beheerder."
    )

    def __init__(self) -> None:
        super().__init__()


class NoDatabaseError(InstallationError):
    """There is no database yet, or its tables are of another version."""

    message_nl = "De databank ontbreekt of heeft een andere versie. Meld het aan de beheerder."

    def __init__(self) -> None:
        super().__init__()


class DatabaseExistsError(InstallationError):
    """A command that makes a database found one."""

    message_nl = "Er is al een databank. Er is niets gewijzigd."

    def __init__(self) -> None:
        super().__init__()


class DemoNotPublicError(InstallationError):
    """A database with demo accounts is only served to this machine."""

    message_nl = (
        "Deze databank heeft oefenaccounts. Ze draait alleen op 127.0.0.1, niet op {address}."
    )

    def __init__(self, *, address: str) -> None:
        super().__init__(address=address)
