"""Accounts: made, disabled, never deleted; passwords and tokens are kept as hashes only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import select, update

from digibank_core import clock, db
from digibank_core.errors import (
    DigibankError,
    LastAdministratorError,
    LoginTakenError,
    NotAllowedError,
    NotSignedInError,
    SignInError,
    UnknownDigibankError,
    UnknownUserError,
    WrongPasswordError,
)
from digibank_core.models import Account, LoginSession, NewAccount, PasswordChange
from digibank_core.security import REGION_WIDE, Actor, Role
from digibank_core.services import accounts

PASSWORD = "drie-woorden-lang"


@pytest.fixture
def office(installation, cli):
    """Give a function that runs a service of accounts in a transaction of its own."""

    def run(service, *arguments, **options):
        with db.transaction(cli, "beheer") as session:
            return service(session, *arguments, **options)

    return run


@pytest.fixture
def zoe(office, cli):
    """Coordinator of Brugge West with an account."""
    office(accounts.add_account, new(), actor=cli)
    return Actor("zoe", Role.COORDINATOR, "west")


def new(**answers):
    return NewAccount(
        **{
            "login": "zoe",
            "display_name": "Zoë",
            "role": Role.COORDINATOR,
            "digibank": "west",
            "password": PASSWORD,
            **answers,
        }
    )


# Making


def test_account_signs_in_with_its_password(office, zoe):
    assert office(accounts.check_password, "zoe", PASSWORD) == zoe


def test_login_that_exists_is_refused(office, cli, zoe):
    with pytest.raises(LoginTakenError):
        office(accounts.add_account, new(), actor=cli)


@pytest.mark.parametrize("role", sorted(set(Role) - REGION_WIDE))
def test_role_of_one_digibank_needs_a_digibank(office, cli, role):
    with pytest.raises(UnknownDigibankError):
        office(accounts.add_account, new(role=role, digibank=None), actor=cli)


@pytest.mark.parametrize("role", sorted(REGION_WIDE))
def test_role_of_the_region_needs_no_digibank(office, cli, role):
    account = office(accounts.add_account, new(role=role, digibank=None), actor=cli)

    assert account.digibank is None


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.EDITOR])
def test_unknown_digibank_is_refused(office, cli, role):
    with pytest.raises(UnknownDigibankError):
        office(accounts.add_account, new(role=role, digibank="oost"), actor=cli)


@pytest.mark.parametrize(
    "answers",
    [
        {"password": "te-kort"},
        {"login": "Zoë"},
        {"login": "z"},
        {"login": "../zoe"},
        {"display_name": ""},
        {"role": "directeur"},
    ],
    ids=lambda answers: str(answers),
)
def test_account_that_is_not_well_formed_is_refused(answers):
    with pytest.raises(ValidationError):
        new(**answers)


def test_password_that_is_refused_is_not_in_the_error():
    with pytest.raises(ValidationError) as refusal:
        new(password="te-kort")

    assert "te-kort" not in str(refusal.value)


def test_password_is_kept_as_an_argon2_hash(office, zoe, raw):
    [row] = raw.rows("SELECT password_hash FROM account")

    assert row["password_hash"].startswith("$argon2id$")


def test_same_password_has_another_hash_each_time(office, cli, zoe, raw):
    office(accounts.add_account, new(login="zoe2"), actor=cli)

    assert len({row["password_hash"] for row in raw.rows("SELECT * FROM account")}) == 2


# Signing in


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("zoe", "drie-woorden-kort"),
        ("zoe", ""),
        ("zoe", PASSWORD.upper()),
        ("nobody", PASSWORD),
        ("", ""),
        ("ZOE", PASSWORD),
    ],
)
def test_wrong_name_or_password_are_not_told_apart(office, zoe, login, password):
    with pytest.raises(SignInError):
        office(accounts.check_password, login, password)


def test_disabled_account_does_not_sign_in(office, cli, zoe):
    office(accounts.disable_account, "zoe", actor=cli)

    with pytest.raises(SignInError):
        office(accounts.check_password, "zoe", PASSWORD)


def test_damaged_hash_does_not_sign_in(office, zoe, raw):
    raw.run("UPDATE account SET password_hash = 'x'")

    with pytest.raises(SignInError):
        office(accounts.check_password, "zoe", PASSWORD)


# Sessions


@pytest.fixture
def token(office, zoe):
    return office(accounts.open_session, zoe)


def test_token_says_who_is_signed_in(office, zoe, token):
    signed_in = office(accounts.signed_in, token)

    assert (signed_in.actor, signed_in.display_name) == (zoe, "Zoë")


def test_token_is_kept_as_a_hash_only(token, raw):
    assert token not in str(raw.rows("SELECT * FROM login_session"))


def test_tokens_are_not_foretold(office, zoe, token):
    assert office(accounts.open_session, zoe) != token


@pytest.mark.parametrize("other", ["", "x", "A" * 43])
def test_unknown_token_is_nobody(office, token, other):
    assert office(accounts.signed_in, other) is None


def test_session_lasts_a_working_day(installation, token):
    with db.reading() as session:
        [opened] = session.exec(select(LoginSession)).all()

    left = opened.expires_at - clock.wall()
    assert timedelta(hours=7, minutes=59) < left <= timedelta(hours=8)


def expire(raw):
    just_now = clock.wall() - timedelta(seconds=1)
    with raw.opened() as connection:
        connection.execute(update(LoginSession).values(expires_at=just_now))


def unused_for(raw, **time):
    """Let the session of a test be used last so long ago."""
    last = clock.wall() - timedelta(**time)
    with raw.opened() as connection:
        connection.execute(update(LoginSession).values(seen_at=last))


def test_session_without_a_request_for_an_hour_is_nobody(office, token, raw):
    unused_for(raw, minutes=59)
    assert office(accounts.signed_in, token) is not None

    unused_for(raw, minutes=60)
    assert office(accounts.signed_in, token) is None


def test_session_that_is_used_stays_open(office, token, raw):
    unused_for(raw, minutes=59)

    office(accounts.keep_open, token)

    assert office(accounts.signed_in, token).seen_long_ago is False


def test_last_use_is_asked_for_once_a_minute(office, token, raw):
    unused_for(raw, seconds=59)
    assert office(accounts.signed_in, token).seen_long_ago is False

    unused_for(raw, seconds=60)
    assert office(accounts.signed_in, token).seen_long_ago is True


def test_session_that_was_unused_for_too_long_does_not_come_back(office, token, raw):
    unused_for(raw, minutes=60)

    office(accounts.keep_open, token)

    assert office(accounts.signed_in, token) is None


def test_session_that_was_unused_is_cleared_away_at_the_next_one(office, zoe, token, raw):
    unused_for(raw, minutes=60)

    office(accounts.open_session, zoe)

    assert raw.count("login_session") == 1


def test_use_does_not_lengthen_the_working_day(office, token, raw):
    expire(raw)

    office(accounts.keep_open, token)

    assert office(accounts.signed_in, token) is None


def test_session_that_ended_is_nobody(office, token, raw):
    expire(raw)

    assert office(accounts.signed_in, token) is None


def test_session_that_ended_is_cleared_away_at_the_next_one(office, zoe, token, raw):
    expire(raw)

    office(accounts.open_session, zoe)

    assert raw.count("login_session") == 1


def test_session_ends_in_a_demo_database_too(office, zoe, token, raw, rewrite):
    # the story's day lies in the past, and stays there
    rewrite("UPDATE installation SET story_day = '2025-03-31'")
    expire(raw)

    assert office(accounts.signed_in, token) is None


def test_closed_session_is_nobody(office, token):
    office(accounts.close_session, token)

    assert office(accounts.signed_in, token) is None


def test_unknown_session_may_be_closed(office, token):
    office(accounts.close_session, "x")

    assert office(accounts.signed_in, token) is not None


def test_disabling_an_account_ends_its_sessions_at_once(office, cli, token, raw):
    office(accounts.disable_account, "zoe", actor=cli)

    assert (office(accounts.signed_in, token), raw.count("login_session")) == (None, 0)


def test_session_of_an_account_that_was_disabled_behind_its_back_is_nobody(office, token, raw):
    raw.run("UPDATE account SET active = false")

    assert office(accounts.signed_in, token) is None


def test_right_that_was_taken_away_is_gone_at_once(office, token, raw):
    raw.run("UPDATE account SET role = 'digihelper'")

    assert office(accounts.signed_in, token).actor.role == Role.DIGIHELPER


# Disabling, enabling and new passwords


def test_disabled_account_stays(office, cli, zoe):
    office(accounts.disable_account, "zoe", actor=cli)

    with db.reading() as session:
        assert session.get_one(Account, "zoe").active is False


def test_new_password_replaces_the_old_one(office, cli, zoe):
    office(accounts.reset_password, "zoe", "vier-woorden-lang", actor=cli)

    with pytest.raises(SignInError):
        office(accounts.check_password, "zoe", PASSWORD)


def test_new_password_signs_in(office, cli, zoe):
    office(accounts.reset_password, "zoe", "vier-woorden-lang", actor=cli)

    assert office(accounts.check_password, "zoe", "vier-woorden-lang") == zoe


def test_new_password_ends_the_sessions(office, cli, token):
    office(accounts.reset_password, "zoe", "vier-woorden-lang", actor=cli)

    assert office(accounts.signed_in, token) is None


def test_new_password_is_as_long_as_a_first_one(office, cli, zoe):
    with pytest.raises((DigibankError, ValidationError)):
        office(accounts.reset_password, "zoe", "kort", actor=cli)


def change(current=PASSWORD, new="vier-woorden-lang", again=None):
    return PasswordChange(current=current, new=new, again=again or new)


def test_user_changes_the_own_password(office, zoe, token):
    office(accounts.change_password, token, change())

    assert office(accounts.check_password, "zoe", "vier-woorden-lang") == zoe
    with pytest.raises(SignInError):
        office(accounts.check_password, "zoe", PASSWORD)


def test_own_new_password_ends_the_other_sessions_of_that_user_alone(office, cli, zoe, token):
    office(accounts.add_account, new(login="adam"), actor=cli)
    elsewhere = office(accounts.open_session, zoe)
    of_adam = office(accounts.open_session, Actor("adam", Role.COORDINATOR, "west"))

    office(accounts.change_password, token, change())

    assert office(accounts.signed_in, elsewhere) is None
    assert office(accounts.signed_in, token).actor == zoe
    assert office(accounts.signed_in, of_adam) is not None


def test_wrong_current_password_changes_nothing(office, zoe, token):
    elsewhere = office(accounts.open_session, zoe)

    with pytest.raises(WrongPasswordError):
        office(accounts.change_password, token, change(current="drie-woorden-kort"))

    assert office(accounts.check_password, "zoe", PASSWORD) == zoe
    assert office(accounts.signed_in, elsewhere) is not None


def test_session_that_ended_changes_no_password(office, token, raw):
    expire(raw)

    with pytest.raises(NotSignedInError):
        office(accounts.change_password, token, change())


@pytest.mark.parametrize(
    "answers",
    [{"new": "te-kort"}, {"again": "vier-woorden-kort"}, {"new": "x" * 201}, {"current": ""}],
    ids=["short", "not alike", "long", "no current"],
)
def test_change_that_is_not_well_formed_is_refused_and_not_repeated(answers):
    with pytest.raises(ValidationError) as refusal:
        change(**answers)

    typed = {PASSWORD, "vier-woorden-lang", *answers.values()} - {""}
    assert not any(word in str(refusal.value) for word in typed)


def test_drawn_password_is_long_enough_and_never_the_same():
    drawn = {accounts.draw_password() for _ in range(100)}

    assert len(drawn) == 100
    assert all(len(password) == 19 for password in drawn)  # 4 groups of 4, 3 hyphens
    assert not set("".join(drawn)) & set("0o1il")


def test_enabled_account_signs_in_again_with_the_password_it_had(office, cli, zoe):
    office(accounts.disable_account, "zoe", actor=cli)

    office(accounts.enable_account, "zoe", actor=cli)

    assert office(accounts.check_password, "zoe", PASSWORD) == zoe


def test_enabling_an_account_does_not_open_its_old_sessions(office, cli, token):
    office(accounts.disable_account, "zoe", actor=cli)

    office(accounts.enable_account, "zoe", actor=cli)

    assert office(accounts.signed_in, token) is None


@pytest.fixture
def chief(office, cli):
    """The one administrator."""
    office(
        accounts.add_account,
        new(login="chief", role=Role.ADMINISTRATOR, digibank=None),
        actor=cli,
    )


def test_last_administrator_is_not_disabled(office, cli, zoe, chief):
    with pytest.raises(LastAdministratorError):
        office(accounts.disable_account, "chief", actor=cli)


def test_disabled_administrator_does_not_count_as_another_one(office, cli, chief):
    second = new(login="second", role=Role.ADMINISTRATOR, digibank=None)
    office(accounts.add_account, second, actor=cli)
    office(accounts.disable_account, "second", actor=cli)

    with pytest.raises(LastAdministratorError):
        office(accounts.disable_account, "chief", actor=cli)


def test_administrator_may_go_when_there_is_another_one(office, cli, chief):
    second = new(login="second", role=Role.ADMINISTRATOR, digibank=None)
    office(accounts.add_account, second, actor=cli)

    office(accounts.disable_account, "chief", actor=cli)

    with pytest.raises(LastAdministratorError):
        office(accounts.disable_account, "second", actor=cli)


@pytest.mark.parametrize(
    "service",
    [accounts.disable_account, accounts.enable_account, accounts.reset_password],
)
def test_unknown_account_is_refused(office, cli, service):
    password = (PASSWORD,) if service is accounts.reset_password else ()

    with pytest.raises(UnknownUserError):
        office(service, "nobody", *password, actor=cli)


def test_accounts_are_listed_by_login(office, cli, zoe):
    office(accounts.add_account, new(login="adam"), actor=cli)

    listed = office(accounts.accounts, actor=cli)

    assert [account.login for account in listed] == ["adam", "zoe"]


def test_actor_of_a_login_is_the_one_of_now(office, zoe):
    assert office(accounts.actor_of, "zoe") == zoe


@pytest.mark.parametrize("login", ["zoe", "nobody"])
def test_actor_of_a_disabled_or_unknown_login_is_not_signed_in(office, cli, zoe, login):
    office(accounts.disable_account, "zoe", actor=cli)

    with pytest.raises(NotSignedInError):
        office(accounts.actor_of, login)


# Rights


@pytest.mark.parametrize("who", ["ann", "karel", "roger", "rita"])
@pytest.mark.parametrize(
    ("service", "arguments"),
    [
        (accounts.add_account, (new(),)),
        (accounts.disable_account, ("zoe",)),
        (accounts.enable_account, ("zoe",)),
        (accounts.reset_password, ("zoe", PASSWORD)),
        (accounts.accounts, ()),
    ],
    ids=["add", "disable", "enable", "reset", "list"],
)
def test_only_an_administrator_manages_accounts(request, office, who, service, arguments):
    with pytest.raises(NotAllowedError):
        office(service, *arguments, actor=request.getfixturevalue(who))
