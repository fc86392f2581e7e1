"""The screen on which a user changes the own password."""

# mypy: disallow-subclassing-any=False, disallow-untyped-decorators=False
# Jupyter's classes and decorators are untyped for mypy (pyproject.toml).

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError
from tornado.web import authenticated

from digibank_core import db
from digibank_core.errors import DigibankError, TooManyAttemptsError
from digibank_core.models import PasswordChange
from digibank_core.server.identity import Visitor
from digibank_core.server.login import Throttle, ask_to_wait, hash_apart
from digibank_core.server.screens import Screen
from digibank_core.services import accounts
from digibank_core.ui.guard import Problem, explain_fields

HELP = {
    "current": "Het wachtwoord waarmee je je nu aanmeldt.",
    "new": "Minstens 10 tekens. Enkele woorden na elkaar onthoud je makkelijk.",
    "again": "Zo merk je een typfout.",
}


class ChangePassword(Screen):
    """Asks the current password, so that an unattended screen is not enough."""

    @authenticated
    async def get(self) -> None:
        """Show the form."""
        self._form()

    @authenticated
    async def post(self) -> None:
        """Change the password; what was typed is never shown again."""
        sent = {
            name: self.get_body_argument(name, "", strip=False)
            for name in PasswordChange.model_fields
        }
        typed = {name: words for name, words in sent.items() if words}
        try:
            await self._change(PasswordChange.model_validate(typed))
        except ValidationError as error:
            self.set_status(422)
            self._form(explain_fields(error, PasswordChange))
        except TooManyAttemptsError as error:
            ask_to_wait(self, error)
            self._form([Problem(error.user_message)])
        except DigibankError as error:
            self.set_status(422 if error.field else 503)
            self._form([Problem(error.user_message, error.field)])
        else:
            self.show("password.html.j2", self.frame("Wachtwoord gewijzigd"), done=True)

    async def _change(self, change: PasswordChange) -> None:
        visitor: Visitor = self.current_user
        throttle: Throttle = self.settings["throttle"]
        address = self.request.remote_ip or ""
        throttle.admit(visitor.username, address)
        await hash_apart(_save, visitor, change)
        throttle.forgive(visitor.username, address)

    def _form(self, problems: Sequence[Problem] = ()) -> None:
        errors = {problem.field: problem.sentence for problem in problems}
        fields = [
            (name, field.title, HELP[name], errors.get(name, ""))
            for name, field in PasswordChange.model_fields.items()
        ]
        frame = self.frame("Wachtwoord wijzigen")
        self.show("password.html.j2", frame, fields=fields, problem=errors.get(None, ""))


def _save(visitor: Visitor, change: PasswordChange) -> None:
    with db.transaction(visitor.actor, "eigen wachtwoord wijzigen") as session:
        accounts.change_password(session, visitor.token, change)
