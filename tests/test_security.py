"""Who may do what, after the table "Who uses it" of the design."""

from __future__ import annotations

import random
import re

import pytest

from digibank_core import security
from digibank_core.errors import NotAllowedError
from digibank_core.security import Actor, Right, Role

DESK = {Right.LEND, Right.KEEP_STOCK, Right.SEE_STOCK}
COUNTS = {Right.SEE_FIGURES, Right.SEE_ROWS}
CLASS = {Right.TEACH, Right.LOG_VISIT}
PEOPLE = {Right.FIND_PERSON, Right.REGISTER_PERSON}
OWN = {Right.PLAN_TRAINING, Right.CORRECT, Right.MERGE, Right.ERASE, Right.KEEP_BUDGET}
MAY = {
    Role.COORDINATOR: DESK | PEOPLE | CLASS | COUNTS | OWN,
    Role.DIGIHELPER: PEOPLE | CLASS,
    Role.PARTNER: {Right.KEEP_STOCK, Right.SEE_STOCK},
    Role.REGIONAL: {Right.SEE_FIGURES},
    Role.EDITOR: COUNTS | {Right.EDIT_REPORTS},
    Role.AUDITOR: COUNTS,
    Role.ADMINISTRATOR: COUNTS
    | {Right.EDIT_REPORTS, Right.KEEP_REFERENCE, Right.CLEAN_UP}
    | {Right.MANAGE_USERS, Right.APPROVE_APPS},
}


def of_west(role):
    return Actor(login="iemand", role=role, digibank="west")


@pytest.mark.parametrize("role", Role)
def test_every_role_may_what_the_design_says_and_nothing_else(role):
    assert {right for right in Right if of_west(role).may(right)} == MAY[role]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_rule_49_nobody_of_one_digibank_may_anything_in_another(role, right):
    assert not of_west(role).may(right, "noord")


@pytest.mark.parametrize("role", sorted(set(Role) - security.REGION_WIDE))
def test_rule_49_role_of_one_digibank_without_a_digibank_may_nothing(role):
    # no service makes such an account, but a hand-written query can
    lost = Actor(login="iemand", role=role, digibank=None)

    assert [right for right in Right if lost.may(right, "west")] == []


@pytest.mark.parametrize("role", [role for role in Role if MAY[role] & PEOPLE])
def test_rule_49_only_roles_of_one_digibank_find_persons(role):
    assert role not in security.REGION_WIDE


def test_regional_staff_see_the_figures_of_every_digibank(rita):
    assert all(rita.may(Right.SEE_FIGURES, code) for code in ("noord", "west", "brugge"))


def test_what_is_not_allowed_is_refused_with_the_role(karel):
    with pytest.raises(NotAllowedError) as refusal:
        karel.require(Right.LEND, "west")

    assert "(kringwinkel)" in refusal.value.user_message


def test_what_is_allowed_is_not_refused(ann):
    ann.require(Right.LEND, "west")  # raises nothing


def test_role_of_the_region_has_no_own_digibank(rita):
    with pytest.raises(NotAllowedError):
        _ = rita.own


def test_rule_46_key_says_nothing_of_its_bearer():
    assert re.fullmatch("[0-9a-f]{16}", security.new_key())


def test_rule_46_no_two_keys_are_the_same():
    keys = {security.new_key() for _ in range(1000)}

    assert len(keys) == 1000


def test_seeded_keys_come_back():
    def draw():
        with security.keys_from(random.Random(7)):
            return security.new_key()

    assert draw() == draw()


def test_seeded_keys_end_with_their_block_after_an_error_too():
    def drawn_after_the_block():
        with pytest.raises(ZeroDivisionError), security.keys_from(random.Random(7)):
            _ = 1 // 0
        return security.new_key()

    assert drawn_after_the_block() != drawn_after_the_block()
