"""A text names a person when it says enough of the name; a typo is not seen through."""

from __future__ import annotations

import pytest

from digibank_core.mentions import Mention, marks, mention, named, sought_by, words

LIEVE = named("Lieve", "Van den Bossche", "+32 475 12 34 56", "Lieve@voorbeeld.be")
FIRST_ONLY = named("Öztürk", None, None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Lieve Van den Bossche belt terug",
        "VANDENBOSSCHE, LIEVE",
        "de laptop van mevr. van den Bossche (Lieve)",
        "bel 0475/12.34.56",
        "mail naar lieve@VOORBEELD.be",
    ],
)
def test_rule_65_full_name_phone_or_mail_names_a_person(text):
    assert mention(words(text), LIEVE) == Mention.FULL


@pytest.mark.parametrize(
    "text", ["Van den Bossche", "Van den Bossches laptop", "d Vandenbossche"]
)
def test_last_name_alone_names_less_surely(text):
    assert mention(words(text), LIEVE) == Mention.LAST


def test_first_name_alone_names_least(text="Lieve's lader"):
    assert mention(words(text), LIEVE) == Mention.FIRST


@pytest.mark.parametrize(
    "text",
    [
        "",
        "scherm stuk",
        "Bossche",
        "de lievelingslaptop",
        "Van den Bosschelaan",
        "bel 0475 12 34",
    ],
)
def test_other_words_name_nobody(text):
    assert mention(words(text), LIEVE) == Mention.NOT


def test_first_name_of_who_has_no_other_counts_as_a_last_name():
    assert mention(words("Ozturk komt morgen"), FIRST_ONLY) == Mention.LAST


def test_empty_parts_of_a_name_are_in_no_text():
    assert mention(words("wat dan ook"), named("Jan", None, "", "")) == Mention.NOT


@pytest.mark.parametrize(
    "text",
    [
        "Lieve Van den Bossche",
        "Vandenbossches laptop",
        "Lieve's",
        "bel 0475123456",
        "lieve@voorbeeld.be",
        "VanDen bossche",
    ],
)
def test_text_that_names_a_person_is_found_by_one_of_its_words(text):
    assert mention(words(text), LIEVE) > Mention.NOT
    assert marks(words(text)) & sought_by(LIEVE)


def test_text_with_other_words_is_not_even_looked_at():
    assert not marks(words("scherm kapot")) & sought_by(LIEVE)
