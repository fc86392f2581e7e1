"""Errors that people can cause, each with its own Dutch sentences.

DigibankError
├── NotFoundError             a code, name or number that no record has (Unknown...Error)
├── NotAllowedError           the role or the Digibank of the user does not permit it
├── NotSignedInError          code runs without a known, active user
├── RuleError                 well formed, but a rule forbids it
├── ChangedMeanwhileError     someone else changed the record since it was shown
├── AlreadySavedError         this form was saved before (double click, resend)
├── BusyError                 the database is locked by another writer for too long
├── SignInError               wrong name or password
├── TooManyAttemptsError      signing in is paused for this name and address
├── DayFormError              a day on the command line that cannot be read
└── InstallationError         something the administrator must set right

Catch `DigibankError` to show `user_message`; anything else that is raised is a defect and
belongs in the log. Details hold codes, numbers and dates, never a name: they are logged.
"""

from digibank_core.errors.accounts import (
    LoginTakenError,
    SignInError,
    TooManyAttemptsError,
    UnknownUserError,
)
from digibank_core.errors.base import (
    AlreadySavedError,
    BusyError,
    ChangedMeanwhileError,
    DayFormError,
    DigibankError,
    FutureDateError,
    InstallationError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
    RuleError,
)
from digibank_core.errors.installation import (
    DatabaseExistsError,
    DemoNotPublicError,
    KeyMissingError,
    NoDatabaseError,
    PortTakenError,
)
from digibank_core.errors.lending import (
    CodeTakenError,
    DeviceElsewhereError,
    DeviceNotOnLoanError,
    DeviceNotReadyError,
    DeviceNotWipedError,
    DeviceOnLoanError,
    DueBeforeLentError,
    LoanOverlapError,
    ReturnBeforeLentError,
    SerialTakenError,
    UnknownDeviceError,
    WipeBeforeReturnError,
)
from digibank_core.errors.persons import (
    UnknownPersonError,
)
from digibank_core.errors.programme import (
    UnknownDigibankError,
    UnknownFigureError,
    UnknownMunicipalityError,
    UnknownPartnerError,
    UnknownPeriodError,
    UnknownSettingError,
)

__all__ = [
    "AlreadySavedError",
    "BusyError",
    "ChangedMeanwhileError",
    "CodeTakenError",
    "DatabaseExistsError",
    "DayFormError",
    "DemoNotPublicError",
    "DeviceElsewhereError",
    "DeviceNotOnLoanError",
    "DeviceNotReadyError",
    "DeviceNotWipedError",
    "DeviceOnLoanError",
    "DigibankError",
    "DueBeforeLentError",
    "FutureDateError",
    "InstallationError",
    "KeyMissingError",
    "LoanOverlapError",
    "LoginTakenError",
    "NoDatabaseError",
    "NotAllowedError",
    "NotFoundError",
    "NotSignedInError",
    "PortTakenError",
    "ReturnBeforeLentError",
    "RuleError",
    "SerialTakenError",
    "SignInError",
    "TooManyAttemptsError",
    "UnknownDeviceError",
    "UnknownDigibankError",
    "UnknownFigureError",
    "UnknownMunicipalityError",
    "UnknownPartnerError",
    "UnknownPeriodError",
    "UnknownPersonError",
    "UnknownSettingError",
    "UnknownUserError",
    "WipeBeforeReturnError",
]
