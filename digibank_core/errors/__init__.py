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
from digibank_core.errors.digipunt import (
    AgeOfKnownPersonError,
    BlockHeldError,
    BlockHoursError,
    CountedTwiceError,
    DigipuntElsewhereError,
    EmptyTallyError,
    StopMissingError,
    StopOutsideError,
    TooLateToTakeBackError,
    UnknownDigipuntError,
    UnknownTopicError,
    UnknownVisitError,
    VisitOfOtherError,
)
from digibank_core.errors.installation import (
    DatabaseExistsError,
    DemoNotPublicError,
    ExtractDamagedError,
    KeyMissingError,
    NoDatabaseError,
    NoExtractError,
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
    LikelySameError,
    UnknownPersonError,
)
from digibank_core.errors.programme import (
    UnknownDigibankError,
    UnknownFigureError,
    UnknownMunicipalityError,
    UnknownPartnerError,
    UnknownPeriodError,
    UnknownReportPartError,
    UnknownSettingError,
)
from digibank_core.errors.training import (
    AlreadyEnrolledError,
    AlreadyOnListError,
    CourseFullError,
    EnrolmentStepError,
    ListCompleteError,
    NotOnListError,
    PersonTwiceError,
    RowsChangedError,
    SessionCancelledError,
    SessionHoursError,
    SessionMarkedError,
    SessionToComeError,
    UnknownCourseError,
    UnknownEnrolmentError,
    UnknownSessionError,
    UnmarkedRowsError,
)

__all__ = [
    "AgeOfKnownPersonError",
    "AlreadyEnrolledError",
    "AlreadyOnListError",
    "AlreadySavedError",
    "BlockHeldError",
    "BlockHoursError",
    "BusyError",
    "ChangedMeanwhileError",
    "CodeTakenError",
    "CountedTwiceError",
    "CourseFullError",
    "DatabaseExistsError",
    "DayFormError",
    "DemoNotPublicError",
    "DeviceElsewhereError",
    "DeviceNotOnLoanError",
    "DeviceNotReadyError",
    "DeviceNotWipedError",
    "DeviceOnLoanError",
    "DigibankError",
    "DigipuntElsewhereError",
    "DueBeforeLentError",
    "EmptyTallyError",
    "EnrolmentStepError",
    "ExtractDamagedError",
    "FutureDateError",
    "InstallationError",
    "KeyMissingError",
    "LikelySameError",
    "ListCompleteError",
    "LoanOverlapError",
    "LoginTakenError",
    "NoDatabaseError",
    "NoExtractError",
    "NotAllowedError",
    "NotFoundError",
    "NotOnListError",
    "NotSignedInError",
    "PersonTwiceError",
    "PortTakenError",
    "ReturnBeforeLentError",
    "RowsChangedError",
    "RuleError",
    "SerialTakenError",
    "SessionCancelledError",
    "SessionHoursError",
    "SessionMarkedError",
    "SessionToComeError",
    "SignInError",
    "StopMissingError",
    "StopOutsideError",
    "TooLateToTakeBackError",
    "TooManyAttemptsError",
    "UnknownCourseError",
    "UnknownDeviceError",
    "UnknownDigibankError",
    "UnknownDigipuntError",
    "UnknownEnrolmentError",
    "UnknownFigureError",
    "UnknownMunicipalityError",
    "UnknownPartnerError",
    "UnknownPeriodError",
    "UnknownPersonError",
    "UnknownReportPartError",
    "UnknownSessionError",
    "UnknownSettingError",
    "UnknownTopicError",
    "UnknownUserError",
    "UnknownVisitError",
    "UnmarkedRowsError",
    "VisitOfOtherError",
    "WipeBeforeReturnError",
]
