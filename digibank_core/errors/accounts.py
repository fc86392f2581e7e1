"""Errors about accounts and signing in."""

from __future__ import annotations

from digibank_core.errors.base import DigibankError, NotFoundError, RuleError


class UnknownUserError(NotFoundError):
    """No account has the login."""

    message_nl = "Gebruiker {login} bestaat niet. Kijk de gebruikersnaam na."

    def __init__(self, *, login: str) -> None:
        super().__init__(login=login)


class LoginTakenError(RuleError):
    """Another account has this login."""

    message_nl = "Gebruikersnaam {login} bestaat al. Kies een andere naam."
    field = "login"

    def __init__(self, *, login: str) -> None:
        super().__init__(login=login)


class LastAdministratorError(RuleError):
    """Without an administrator nobody could make or mend accounts on screen."""

    message_nl = (
        "{login} is de laatste beheerder. Maak eerst een andere gebruiker met de rol beheerder."
    )
    field = "login"

    def __init__(self, *, login: str) -> None:
        super().__init__(login=login)


class WrongPasswordError(RuleError):
    """The password that somebody wants to change is another one."""

    message_nl = "Je huidige wachtwoord klopt niet. Typ het opnieuw."
    field = "current"


class SignInError(DigibankError):
    """Unknown login, wrong password or an account that is disabled: not told apart."""

    message_nl = "De naam of het wachtwoord klopt niet. Probeer het opnieuw."


class TooManyAttemptsError(DigibankError):
    """Too many wrong passwords in a row for this login from this address."""

    message_nl = "Je probeerde te vaak. Wacht {seconds} seconden en probeer dan opnieuw."

    def __init__(self, *, seconds: int) -> None:
        super().__init__(seconds=seconds)
