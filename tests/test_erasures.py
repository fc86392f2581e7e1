"""The list of erasures: beside the keys, never a name, and whole after a crash (rule 65)."""

from __future__ import annotations

import stat
from datetime import date

import pytest

from digibank_core import erasures
from digibank_core.config import places
from digibank_core.erasures import Erasure
from digibank_core.errors import ErasureListError

ONE = Erasure(person="00000000000000a1", on=date(2024, 6, 3), surname_too=True)
OTHER = Erasure(person="00000000000000b2", on=date(2024, 6, 4))


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """Point to folders that nobody made yet."""
    monkeypatch.setenv("DIGIBANK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DIGIBANK_KEYS", str(tmp_path / "keys"))


def test_nobody_is_on_a_list_that_is_not_there():
    assert erasures.listed() == []


def test_who_is_added_stays_in_order():
    erasures.add([ONE])
    erasures.add([OTHER, ONE])

    assert erasures.listed() == [ONE, OTHER, ONE]


def test_list_is_beside_the_keys_for_the_owner_alone():
    erasures.add([ONE])

    file = erasures.list_file()
    assert file.parent == places().keys
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_line_says_who_when_and_how_far_and_nothing_else():
    erasures.add([ONE])

    assert erasures.list_file().read_text("utf-8") == (
        '{"person":"00000000000000a1","on":"2024-06-03","surname_too":true}\n'
    )


@pytest.mark.parametrize("left", [1, 10, 60])
def test_line_that_a_crash_cut_off_takes_no_other_with_it(left):
    erasures.add([ONE])
    file = erasures.list_file()
    file.write_bytes(file.read_bytes() + OTHER.model_dump_json().encode()[:left])

    erasures.add([OTHER])

    assert erasures.listed() == [ONE, OTHER]


def test_list_that_cannot_be_written_is_said_so(tmp_path):
    (tmp_path / "keys").write_text("a file where the folder should be")

    with pytest.raises(ErasureListError) as refusal:
        erasures.add([ONE])

    assert "Er is niets gewist" in refusal.value.user_message


def test_list_that_cannot_be_read_is_not_taken_for_empty():
    erasures.list_file().mkdir(parents=True)

    with pytest.raises(ErasureListError):
        erasures.listed()
