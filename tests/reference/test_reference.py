"""The reference data hold what the rules say of the three Digibanken, with their sources."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, time
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parents[2] / "data" / "reference").glob("*.csv"))
FOREIGN_CODES = [
    ("digibanken", "lead_partner", "partners", "code"),
    ("municipalities", "digibank", "digibanken", "code"),
    ("postcodes", "municipality", "municipalities", "nis"),
    ("periods", "digibank", "digibanken", "code"),
    ("targets", "digibank", "digibanken", "code"),
    ("targets", "period", "periods", "code"),
    ("tranches", "period", "periods", "code"),
    ("partners", "digibank", "digibanken", "code"),
    ("digipunten", "digibank", "digibanken", "code"),
    ("digipunten", "municipality", "municipalities", "nis"),
    ("opening_blocks", "digipunt", "digipunten", "code"),
    ("settings", "digibank", "digibanken", "code"),
]
KEYS = {
    "digibanken": ["code"],
    "digipunten": ["code"],
    "municipalities": ["nis"],
    "opening_blocks": ["digipunt", "weekday", "starts_at"],
    "partners": ["code"],
    "periods": ["code", "digibank"],
    "postcodes": ["postcode"],
    "settings": ["name", "digibank", "starts_on"],
    "targets": ["period", "digibank", "starts_on"],
    "topics": ["code"],
    "tranches": ["period", "from_persons", "starts_on"],
}
MAY_BE_EMPTY = {
    ("partners", "digibank"),
    ("settings", "digibank"),
    ("topics", "essential_service"),
}


def rows(name):
    path = next(path for path in FILES if path.stem == name)
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def column(name, field):
    return [row[field] for row in rows(name)]


def key_of(name, row):
    return tuple(row[field] for field in KEYS[name])


each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_no_file_is_missing_or_unknown():
    assert {path.stem for path in FILES} == set(KEYS)


@each_file
def test_file_is_utf8_with_plain_line_ends(path):
    text = path.read_bytes().decode("utf-8")

    assert "\r" not in text
    assert "\ufeff" not in text
    assert text.endswith("\n")


@each_file
def test_every_row_is_complete_and_ends_with_its_source(path):
    for row in rows(path.stem):
        empty = {field for field, value in row.items() if value == ""}

        assert list(row)[-1] == "source"
        assert None not in row.values()
        assert {(path.stem, field) for field in empty} <= MAY_BE_EMPTY


@each_file
def test_a_source_is_a_page_or_is_marked_as_ours(path):
    for source in column(path.stem, "source"):
        assert any(mark in source for mark in ("https://", "http://", "eigen ontwerp", "[I]"))


@each_file
def test_every_key_occurs_once(path):
    repeated = Counter(key_of(path.stem, row) for row in rows(path.stem))

    assert [key for key, times in repeated.items() if times > 1] == []


@pytest.mark.parametrize(
    ("name", "field", "target", "key"),
    FOREIGN_CODES,
    ids=[f"{name}.{field}" for name, field, *_ in FOREIGN_CODES],
)
def test_every_code_that_is_referred_to_exists(name, field, target, key):
    assert set(column(name, field)) - {""} <= set(column(target, key))


def test_rule_1_three_digibanken_with_their_own_prefix():
    assert column("digibanken", "code") == ["noord", "west", "brugge"]
    assert len(set(column("digibanken", "prefix"))) == 3


def test_rule_1_ten_municipalities_each_in_one_digibank():
    municipalities = rows("municipalities")

    assert len({row["nis"] for row in municipalities}) == len(municipalities) == 10
    assert Counter(column("municipalities", "digibank")) == {"noord": 4, "west": 5, "brugge": 1}


@pytest.mark.parametrize(
    ("digibank", "population"), [("noord", 67_280), ("west", 96_809), ("brugge", 118_656)]
)
def test_population_of_each_digibank(digibank, population):
    municipalities = [row for row in rows("municipalities") if row["digibank"] == digibank]

    assert sum(int(row["population"]) for row in municipalities) == population


def test_population_of_the_arrondissement_on_one_day():
    assert sum(int(value) for value in column("municipalities", "population")) == 282_745
    assert set(column("municipalities", "population_on")) == {"2020-01-01"}


def test_rule_4_every_municipality_has_its_own_postcodes():
    postcodes = column("postcodes", "postcode")

    assert len(set(postcodes)) == len(postcodes) == 15
    assert set(column("postcodes", "municipality")) == set(column("municipalities", "nis"))


def test_rule_2_periods_of_each_digibank():
    periods = [
        (row["code"], row["first_day"], row["last_day"], row["active"])
        for row in rows("periods")
    ]

    assert Counter(periods) == {
        ("IMPL", "2022-11-01", "2024-12-31", "true"): 3,
        ("VERL", "2025-01-01", "2026-07-31", "false"): 3,
    }


def test_rule_2_a_period_does_not_end_before_its_first_day():
    for row in rows("periods"):
        assert date.fromisoformat(row["first_day"]) <= date.fromisoformat(row["last_day"])


def test_rule_3_each_digibank_has_each_period_and_a_target_for_it():
    digibanken = column("digibanken", "code")
    expected = {(period, digibank) for period in ("IMPL", "VERL") for digibank in digibanken}

    assert {key_of("periods", row) for row in rows("periods")} == expected
    assert {(row["period"], row["digibank"]) for row in rows("targets")} == expected


def test_rule_17_target_holds_from_the_first_day_of_its_period():
    firsts = {(row["code"], row["digibank"]): row["first_day"] for row in rows("periods")}

    for row in rows("targets"):
        assert row["starts_on"] == firsts[row["period"], row["digibank"]]


def test_rule_17_target_is_a_thousand_persons():
    assert set(column("targets", "persons")) == {"1000"}


def test_rule_22_tranches_add_up_to_the_amount_of_the_period():
    tranches = {int(row["from_persons"]): int(row["amount_cents"]) for row in rows("tranches")}
    amounts = {row["amount_cents"] for row in rows("periods") if row["code"] == "VERL"}

    assert tranches == {0: 35_000_000, 1001: 10_000_000, 1501: 3_000_000, 1751: 2_000_000}
    assert amounts == {str(sum(tranches.values()))}


def test_rule_23_three_projects_are_a_million_and_a_half_to_the_cent():
    amounts = [int(row["amount_cents"]) for row in rows("periods") if row["code"] == "IMPL"]

    assert amounts == [50_000_000] * 3  # 500,000 euro each
    assert sum(amounts) == 150_000_000


def test_each_digibank_has_the_lead_partner_it_names():
    leads = {
        (row["digibank"], row["code"]) for row in rows("partners") if row["role"] == "penhouder"
    }

    assert leads == {(row["code"], row["lead_partner"]) for row in rows("digibanken")}


def test_roles_of_partners_are_known():
    known = {"penhouder", "kernpartner", "kringwinkel", "coordinatie", "onderzoek"}

    assert set(column("partners", "role")) == known


def test_rule_5_a_digipunt_lies_in_the_area_of_its_digibank():
    area = {row["nis"]: row["digibank"] for row in rows("municipalities")}

    for row in rows("digipunten"):
        assert area[row["municipality"]] == row["digibank"]


def test_rule_5_only_a_mobile_digipunt_has_no_published_hours():
    without_hours = set(column("digipunten", "code")) - set(
        column("opening_blocks", "digipunt")
    )

    assert set(column("digipunten", "mobile")) == {"true", "false"}
    assert without_hours == {
        row["code"] for row in rows("digipunten") if row["mobile"] == "true"
    }


def test_rule_42_opening_blocks_end_after_they_start():
    for row in rows("opening_blocks"):
        assert time.fromisoformat(row["starts_at"]) < time.fromisoformat(row["ends_at"])
        assert 1 <= int(row["weekday"]) <= 7
        assert int(row["every_weeks"]) >= 1


def test_opening_hours_of_torhout_add_up_to_nine_a_week():
    minutes = [
        time.fromisoformat(row[field]).hour * 60 + time.fromisoformat(row[field]).minute
        for row in rows("opening_blocks")
        if row["digipunt"].startswith("torhout-")
        for field in ("starts_at", "ends_at")
    ]

    # library Wednesday and Saturday 9-12, 't Centrum Tuesday 15-18: 3 x 3 hours (G7)
    assert sum(minutes[1::2]) - sum(minutes[::2]) == 9 * 60


def test_rule_40_topics_end_with_another_one():
    assert column("topics", "code")[-1] == "ander"


def test_topics_cover_the_four_essential_services():
    services = set(column("topics", "essential_service")) - {""}

    assert services == {"e-administration", "e-banking", "e-health", "e-commerce"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("carry_over", "false", id="rule 3"),
        pytest.param("min_sessions", "1", id="rule 8"),
        pytest.param("count_tier_b", "false", id="rule 14"),
        pytest.param("loan_days", "28", id="rule 29, term"),
        pytest.param("loan_renewals", "2", id="rule 29, renewals"),
        pytest.param("deposit_cents", "0", id="rule 29, deposit"),
        pytest.param("deposit_max_cents", "6000", id="rule 29, highest deposit"),
        pytest.param("reduced_rate_percent", "80", id="rule 29, reduced fee"),
        pytest.param("return_decision_days", "2", id="rule 31"),
        pytest.param("completion_percent", "75", id="rule 36"),
        pytest.param("vulnerable_percent", "40", id="rule 44"),
        pytest.param("contact_retention_months", "12", id="rule 47, contact data"),
        pytest.param("evidence_retention_years", "5", id="rule 47, evidence"),
        pytest.param("suppress_below", "5", id="rule 48"),
        pytest.param("overdue_alert_days", "30", id="rule 60, overdue"),
        pytest.param("jump_factor", "3", id="rule 60, jump"),
    ],
)
def test_setting_starts_with_the_default_of_its_rule(name, value):
    defaults = [row for row in rows("settings") if row["name"] == name and not row["digibank"]]

    assert [(row["value"], row["starts_on"]) for row in defaults] == [(value, "2022-11-01")]


def test_values_of_settings_fit_their_unit():
    for row in rows("settings"):
        if row["unit"] == "boolean":
            assert row["value"] in {"true", "false"}
        else:
            assert int(row["value"]) >= 0
        assert date.fromisoformat(row["starts_on"])
