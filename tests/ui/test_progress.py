"""The page Voortgang: its figures, its charts and what is behind them, for who may see it."""

from __future__ import annotations

import base64
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from digibank_core.errors import UnknownPeriodError
from digibank_core.models import (
    FundingPeriod,
    Installation,
    LabourStatus,
    Mark,
    Person,
    Setting,
    Target,
)
from digibank_core.ui import page, progress
from tests.conftest import on_day
from tests.lives import attend, visit
from tests.ui.test_downloads import cells

DAY, TODAY, LAST = date(2024, 3, 4), date(2024, 6, 28), date(2024, 12, 31)
QUARTER_END = date(2024, 3, 31)
WEEK = timedelta(days=7)
KINDS = ("svg", "csv", "xlsx")


@pytest.fixture
def opened(monkeypatch):
    """Give a function that opens the page for somebody, on a day."""

    def at(who, day=TODAY):
        monkeypatch.setattr(page, "actor", lambda: who)
        with on_day(day):
            return progress.Overview()

    return at


@pytest.fixture
def five(west):
    """Five persons: all visited Torhout, two followed a lesson too; three live in Torhout."""
    keys = [west.register("Lieve", birth_year=1950, residence="31033") for _ in range(3)]
    keys += [west.register("Jef", birth_year=1990) for _ in range(2)]
    for key in keys:
        visit(west, key, on=DAY)
    for key in keys[:2]:
        attend(west, key, on=DAY + WEEK)
    west.keys = keys
    return west


def aim(desk, persons):
    """Set the target of IMPL."""
    with desk.at_work(DAY) as session:
        session.get_one(Target, ("IMPL", "west", date(2022, 11, 1))).persons = persons


def read(overview):
    return BeautifulSoup(overview.body.value.replace("\xa0", " "), "html.parser")


def card(overview, title):
    [found] = [each for each in read(overview)("section") if each.h2.text == title]
    return found


def numbers(section):
    """Give the rows of a table with bars: words to number."""
    return {row.th.text: row(class_="num")[0].text for row in section.tbody("tr")}


def notes(overview):
    return [note.text for note in read(overview)(class_="note")]


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        (1000, "Nog 995 personen tot het doel van 1.000."),
        (6, "Nog 1 persoon tot het doel van 6."),
        (5, "Het doel van 5 is bereikt: 5 personen."),
        (0, "5 personen bereikt. Er is geen doel bepaald."),
    ],
)
def test_rule_17_first_sentence_tells_how_far_the_target_is(five, opened, target, sentence):
    aim(five, target)

    assert read(opened(five.actor)).find(class_="lead").text == sentence


def test_rules_17_to_20_four_figures_stand_on_top(five, opened):
    """On 28/06/2024 606 of 792 days are gone: the path of 1.000 stands at 765,15."""
    overview = opened(five.actor)

    titles = [each.dt.text for each in read(overview).find(class_="figures")(class_="figure")]
    assert titles == [
        "Bereikte personen",
        "Nodig tempo",
        "Raming op het einde",
        "Gebruik van het budget",
    ]
    reached, pace, forecast, budget = notes(overview)[:4]
    assert reached == "0 % van 1.000, 760 minder dan het lineaire pad (765)."
    assert pace == "Tot 31/12/2024. De laatste 8 weken: 0 per week."
    assert forecast == "5 tot 5, als het tempo van de laatste 8 weken blijft."
    assert budget == "Er is nog geen budget bepaald."


def test_rule_20_forecast_says_why_there_is_none(five, opened):
    assert notes(opened(five.actor, DAY + 2 * WEEK))[2] == "Er zijn nog geen 8 volle weken."
    overview = opened(five.actor, LAST + WEEK)
    overview.period.value = "IMPL"
    assert notes(overview)[2] == "De periode is voorbij."


def test_rule_20_forecast_is_drawn_only_when_there_is_one(five, opened):
    assert "raming" in card(opened(five.actor), "Bereikte personen, opgeteld").svg.text
    for day in (DAY + 2 * WEEK, LAST):
        assert (
            "raming"
            not in card(opened(five.actor, day), "Bereikte personen, opgeteld").svg.text
        )


def test_rule_18_path_is_said_to_be_no_norm(five, opened):
    shown = card(opened(five.actor), "Bereikte personen, opgeteld").text

    assert "Lineair pad, geen norm van de subsidiegever." in shown


def test_rule_9_seven_groups_add_up_to_reach(five, opened):
    shown = card(opened(five.actor), "Welke diensten kregen ze?")

    groups = {row.th.text: int(row(class_="num")[0].text) for row in shown.tbody("tr")}
    assert len(groups) == 7
    assert groups["Alleen diensten"] == 3
    assert groups["Vaardigheden en diensten"] == 2
    assert sum(groups.values()) == int(shown.tfoot.find(class_="num").text) == 5


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Waar wonen ze?", {"Torhout": "3", "onbekend": "2"}),
        ("Waar zijn ze geholpen?", {"Torhout": "5"}),
        ("Hoe oud zijn ze?", {"30-54": "2", "65-74": "3"}),
        ("Gender", {"onbekend": "5"}),
        ("Bezoeken per Digipunt", {"Bibliotheek Torhout": "5"}),
    ],
)
def test_rules_4_5_and_44_each_chart_takes_the_count_apart(five, opened, title, told):
    assert numbers(card(opened(five.actor), title)) == told


def test_rule_5_place_of_service_stands_against_residence(five, opened):
    table = card(opened(five.actor), "Waar geholpen, en waar wonen ze?").table

    assert [head.text for head in table.thead("th")] == ["Geholpen in", "Torhout", "onbekend"]
    [row] = table.tbody("tr")
    assert [row.th.text, *(cell.text for cell in row("td"))] == ["Torhout", "3", "2"]


def test_rule_44_target_group_tells_of_how_many_it_is_not_known(five, opened):
    """The birth year of all five is known, of nobody whether they seek work."""
    shown = card(opened(five.actor), "Doelgroepen")

    assert [head.text for head in shown.thead("th")] == ["Doelgroep", "Personen", "Onbekend"]
    told = {row.th.text: [cell.text for cell in row("td")] for row in shown.tbody("tr")}
    assert told["65 jaar of ouder"] == ["3", "0"]
    assert told["Werkzoekend"] == ["0", "5"]
    [unknown] = [
        link for link in shown("a") if link.get("aria-label") == "Werkzoekend, onbekend: 5"
    ]
    assert parse_qs(urlsplit(unknown["href"]).query)["groep"] == ["onbekend"]
    assert "Kansentarief gezien is een benadering van een laag inkomen." in shown.text


def test_rules_44_and_48_small_number_of_unknown_is_hidden(five, rita, opened):
    """Of three it is not known whether they seek work: five less two that do not."""
    five.correct(Person, five.keys[0], on=DAY, labour_status=LabourStatus.INACTIVE)
    five.correct(Person, five.keys[1], on=DAY, labour_status=LabourStatus.INACTIVE)
    overview = opened(rita)
    overview.digibank.value = "west"

    rows = {row.th.text: row("td") for row in card(overview, "Doelgroepen").tbody("tr")}
    assert rows["Werkzoekend"][1].text in ("<5", "verborgen")


def test_rule_44_reach_against_the_inhabitants_is_called_an_estimate(five, opened):
    shown = card(opened(five.actor), "Hoeveel van de inwoners?")

    # of 96,809 people, and of 40 % of them: 38,723.6
    told = [each.text for each in shown("dd")]
    assert told == ["0 % (5 van 96.809)", "0 % (5 van 38.724)"]
    assert shown.find(class_="card-foot").text.startswith("Schatting: ")


def test_rule_50_each_bar_leads_to_the_rows_behind_it(five, opened):
    row = card(opened(five.actor), "Waar wonen ze?").tbody.tr

    address = urlsplit(row.a["href"])
    assert (row.a.text, address.path) == ("Torhout", "bon")
    assert parse_qs(address.query) == {
        "cijfer": ["reach_by_residence"],
        "groep": ["31033"],
        "digibank": ["west"],
        "periode": ["IMPL"],
        "stand": ["2024-06-28"],
    }


def test_rule_50_every_figure_is_listed_with_its_definition(five, opened):
    rows = card(opened(five.actor), "Alle cijfers").tbody("tr")

    told = {row.th.text: row("td") for row in rows}
    assert told["Intermediairs"][0].text == "0"
    assert all(cells[1].text for cells in told.values())


def asked(link):
    """Give what a link to a receipt asks for."""
    address = urlsplit(link["href"])
    assert address.path == "bon"
    return {name: values[0] for name, values in parse_qs(address.query).items()}


def test_rule_50_every_figure_of_the_list_leads_to_its_receipt(five, opened):
    shown = card(opened(five.actor), "Alle cijfers")

    codes = [asked(row.th.a)["cijfer"] for row in shown.tbody("tr")]
    assert {"reach", "pool_use", "training_hours", "budget_use_percent"} < set(codes)
    assert len(codes) == len(set(codes))
    assert shown.summary.text == f"Toon alle {len(codes)} cijfers"


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("Hoeveel van de inwoners?", ["reach_of_population", "reach_of_vulnerable"]),
        ("Bereikte personen, opgeteld", ["reach"]),
        (
            "Wat telt niet mee?",
            [
                "contacts_first_time",
                "contacts_repeat",
                "intermediaries",
                "age_to_confirm",
                "minors",
            ],
        ),
        ("Nieuwe personen per week", ["new_persons_last_week"]),
    ],
)
def test_rule_50_each_card_leads_to_the_receipts_of_its_figures(five, opened, title, codes):
    shown = card(opened(five.actor), title)

    assert [asked(link)["cijfer"] for link in shown("a")][: len(codes)] == codes


def test_rule_50_reason_why_a_service_does_not_count_leads_to_its_rows(five, opened):
    attend(five, five.keys[0], on=DAY + 2 * WEEK, mark=Mark.ABSENT)

    link = card(opened(five.actor), "Wat telt niet mee?")("a")[-1]

    assert (asked(link)["cijfer"], asked(link)["groep"]) == (
        "not_counted_by_reason",
        link.text.lower(),
    )


def test_rule_50_only_the_last_full_week_has_a_figure_and_a_link(five, opened):
    """The last full week before 28/06/2024 begins on 17 June; after the period none has."""
    weeks = card(opened(five.actor), "Nieuwe personen per week")
    assert [link.text for link in weeks("a")] == ["17/06/2024"]

    overview = opened(five.actor, LAST + 2 * WEEK)
    overview.period.value = "IMPL"
    assert card(overview, "Nieuwe personen per week")("a") == []


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("Voortgang naar het doel", "0 % (5 van 1.000)"),
        ("Hulpvragen opgelost", "100 % (5 van 5)"),
    ],
)
def test_rules_32_and_41_percentage_shows_both_terms(five, opened, title, value):
    rows = card(opened(five.actor), "Alle cijfers").tbody("tr")

    assert {row.th.text: row.td.text for row in rows}[title] == value


def test_rule_19_after_the_period_it_says_how_many_persons_were_missing(five, opened):
    overview = opened(five.actor, LAST + WEEK)
    overview.period.value = "IMPL"

    shown = read(overview)
    over = "De periode liep tot en met 31/12/2024."
    assert shown.find(class_="lead").text == (
        f"{over} Tot het doel van 1.000 ontbraken er 995 personen."
    )
    pace = shown(class_="figure")[1]
    assert pace.find(class_="value").text == "n.v.t."
    assert notes(overview)[1] == f"{over} Er ontbraken 995 personen."
    rows = {row.th.text: row.td.text for row in card(overview, "Alle cijfers").tbody("tr")}
    assert rows["Nodig tempo"] == "n.v.t."


def test_rule_19_after_the_period_it_says_when_the_target_was_reached(five, opened):
    aim(five, 5)
    overview = opened(five.actor, LAST + WEEK)
    overview.period.value = "IMPL"

    assert read(overview).find(class_="lead").text == "Het doel van 5 is bereikt: 5 personen."
    assert notes(overview)[1] == "Doel bereikt op 04/03/2024."


def test_rule_48_who_sees_small_numbers_is_told_that_the_page_is_internal(five, rita, opened):
    assert read(opened(five.actor)).find(class_="badge").text == "Intern"
    overview = opened(rita)
    overview.digibank.value = "west"
    assert "Intern" not in overview.body.value


def test_rule_48_small_numbers_are_hidden_without_a_way_to_the_rows(five, rita, opened):
    overview = opened(rita)
    overview.digibank.value = "west"

    assert numbers(card(overview, "Hoe oud zijn ze?")) == {"30-54": "<5", "65-74": "<5"}
    assert "bon?" not in overview.body.value
    assert "Rijen erachter" not in overview.body.value
    assert "Nieuwe personen per week" not in overview.body.value


def test_rule_10_regional_page_adds_up_the_digibanken_without_a_percentage(
    five, noord, rita, opened
):
    for _ in range(6):
        attend(noord, noord.register("An"), on=DAY)

    overview = opened(rita)

    lead, shown = read(overview).find(class_="lead").text, read(overview).section
    rows = {row.th.text: [cell.text for cell in row("td")] for row in shown("tr")[1:]}
    assert lead == "Doel bereikt: 0 van 3 Digibanken."
    assert rows["Brugge West"][:2] == ["5", "0"]
    assert rows["Brugge Noord"][0] == "6"
    assert rows["Brugge"][0] == "0"
    assert rows["Som"][0] == "11"
    assert "%" not in shown.text
    assert "wie in twee Digibanken kwam, telt twee keer" in shown.text


def test_rule_48_regional_sum_hides_what_it_would_tell(five, noord, rita, opened):
    for _ in range(2):
        attend(noord, noord.register("An"), on=DAY)

    shown = read(opened(rita)).section

    rows = {row.th.text: row("td")[0].text for row in shown("tr")[1:]}
    assert rows["Brugge Noord"] == "<5"
    assert rows["Som"] == "verborgen"


def test_rules_48_and_67_region_says_that_it_is_a_what_if_and_internal(five, rita, cli, opened):
    overview = opened(cli)
    with on_day(TODAY):
        overview.rules.value = "wat als 2 lessen nodig zijn"

    shown = read(overview)
    assert shown.find(class_="badge").text == "Intern"
    assert shown.find(class_="what-if")
    assert shown.find(class_="notice").text == (
        "Wat als: Sessies nodig om als bereikt te tellen: 2 lessen in plaats van 1 les. "
        "Dit is geen officieel cijfer."
    )
    assert "Intern" not in opened(rita).body.value


def test_rule_14_region_prints_the_agreement_of_the_digibank_where_it_counts(
    five, rita, opened
):
    with five.at_work(DAY) as session:
        agreed = {"value": "true", "unit": "boolean", "starts_on": DAY, "agreement": "SUB-7"}
        plain = {"label": "Anonieme eerste bezoeken", "source": "brief", "author": "ann"}
        session.add(Setting(name="count_tier_b", digibank="west", **agreed, **plain))

    told = [each.text for each in read(opened(rita, QUARTER_END))(class_="notice")]

    assert told == [
        "Brugge West: Anonieme eerste bezoeken tellen mee in het bereik, volgens akkoord SUB-7 "
        "van de subsidiegever, sinds 04/03/2024, ingevoerd door ann."
    ]


def test_rules_50_and_67_region_says_how_it_was_counted(five, rita, opened):
    told = [each.text for each in read(opened(rita)).details("p")]

    assert [each.partition(".")[0] for each in told] == [
        "Bereikt",
        "Toegang",
        "Vaardigheden",
        "Diensten",
        "Lineair pad",
    ]
    assert all(each.endswith("(versie 1).") for each in told)


def test_rule_50_number_of_the_region_leads_to_its_receipt_for_who_may_see_rows(
    five, cli, rita, opened
):
    [reach, *_] = read(opened(cli)).section("a")

    assert (asked(reach)["cijfer"], asked(reach)["digibank"]) == ("reach", "west")
    assert reach["aria-label"] == "Brugge West, Bereikt: 5"
    assert read(opened(rita)).section("a") == []


def test_rule_2_period_that_does_not_run_everywhere_is_offered_and_counts_where_it_does(
    five, rita, opened
):
    """VERL runs in West alone, and nobody is reached in it; its target is 1.000."""
    with five.at_work(DAY) as session:
        session.get_one(FundingPeriod, ("VERL", "west")).active = True

    overview = opened(rita, date(2025, 3, 31))

    assert [code for _, code in overview.period.options] == ["IMPL", "VERL"]
    with on_day(date(2025, 3, 31)):
        overview.period.value = "VERL"
    shown = read(overview)
    assert shown.find(class_="lead").text == "Doel bereikt: 0 van 1 Digibanken."
    rows = {row.th.text: [cell.text for cell in row("td")] for row in shown.section("tr")[1:]}
    assert rows["Brugge"] == rows["Brugge Noord"] == ["loopt niet"]
    assert rows["Brugge West"][0] == rows["Som"][0] == "0"
    _, files = files_of(overview, "Bereikte personen per Digibank")
    assert told_above(files["csv"])[1][1] == ["Brugge", "loopt niet", "", "", "", "", ""]


def test_line_above_says_of_which_digibank_the_figures_are(five, rita, opened):
    overview = opened(rita)
    assert "alle Digibanken samen" in overview.of_whom.value

    overview.digibank.value = "west"

    assert "alle Digibanken samen" not in overview.of_whom.value
    assert "Brugge West" in overview.of_whom.value


@pytest.mark.parametrize("digibank", ["", "west"])
def test_rule_48_who_gets_the_end_of_a_quarter_is_told_which(five, rita, opened, digibank):
    at_its_end, later = opened(rita, QUARTER_END), opened(rita)
    for overview in (at_its_end, later):
        with on_day(overview.as_of.value):
            overview.digibank.value = digibank

    assert "kwartaal" not in at_its_end.body.value
    assert read(later).find(class_="notice").text == (
        "Zonder inzage in rijen zie je de stand op het einde van een kwartaal: "
        "31/03/2024, zoals bekend op 31/03/2024."
    )


@pytest.mark.parametrize("digibank", ["", "west"])
def test_rule_48_before_the_first_quarter_end_it_says_that_nothing_is_told(
    five, rita, opened, digibank
):
    overview = opened(rita, date(2022, 12, 30))
    overview.digibank.value = digibank

    assert read(overview).find(class_="notice").text == (
        "De eerste cijfers van deze periode komen op het einde van een kwartaal."
    )


def test_rule_48_who_may_not_see_rows_has_no_what_if(five, rita, opened):
    [_, choices, *_] = opened(rita).children

    assert [each.description for each in choices.children] == [
        "Digibank",
        "Periode",
        "Stand op",
    ]


def test_rule_48_of_fewer_than_five_persons_the_page_says_what_is_hidden(west, rita, opened):
    visit(west, west.register("Lieve", birth_year=1950), on=DAY)
    overview = opened(rita)
    overview.digibank.value = "west"

    told = {row.th.text: row("td")[1].text for row in card(overview, "Doelgroepen").tbody("tr")}
    assert set(told.values()) == {"verborgen"}
    assert "Kleine aantallen tonen we niet." in card(overview, "Hoe oud zijn ze?").text


def test_rule_61_figures_are_of_the_day_that_was_chosen(five, opened):
    overview = opened(five.actor)

    with on_day(TODAY):
        overview.as_of.value = DAY - timedelta(days=1)

    assert (
        read(overview).find(class_="lead").text == "Nog 1.000 personen tot het doel van 1.000."
    )
    assert overview.period.value == "IMPL"


def test_day_to_come_is_taken_for_today(five, opened):
    overview = opened(five.actor)

    with on_day(TODAY):
        overview.as_of.value = LAST

    assert overview.as_of.value == TODAY


def test_rule_67_what_if_leads_to_no_rows_as_it_is_no_official_figure(five, opened):
    overview = opened(five.actor)

    with on_day(TODAY):
        overview.rules.value = "wat als 2 lessen nodig zijn"

    assert "bon?" not in overview.body.value


KEPT = {
    "Titel": "Waar wonen ze?",
    "Digibank": "Brugge West",
    "Periode": "01/11/2022 tot en met 31/12/2024",
    "Stand op": "28/06/2024",
    "Intern": "Met kleine aantallen. Deel ze niet buiten de Digibank.",
    "Hoe geteld": "Bereikte personen volgens de gemeente waar ze wonen.",
    "Telregels": "4, 7, 44 (versie 1)",
}


def files_of(overview, title):
    """Choose what to keep; give the name of its file, and each file by its kind."""
    overview.keep.choice.value = title
    links = BeautifulSoup(overview.keep.files.value, "html.parser")("a")
    found = {link["download"].rpartition(".")[2]: held(link) for link in links}
    return links[0]["download"].rpartition(".")[0], found


def lines_of(content):
    return [line.split(";") for line in content.decode("utf-8-sig").splitlines()]


def told_above(content):
    """Give what stands in a CSV above its table, and the table."""
    lines = lines_of(content)
    end = lines.index([""])
    return dict(lines[:end]), lines[end + 1 :]


def test_rule_50_kept_chart_says_of_whom_when_and_how_in_every_file(five, opened):
    name, files = files_of(opened(five.actor), "Waar wonen ze?")

    assert name == "waar-wonen-ze-west-impl-2024-06-28-intern"
    assert tuple(files) == KINDS
    assert told_above(files["csv"]) == (
        KEPT,
        [["Groep", "Aantal"], ["Torhout", "3"], ["onbekend", "2"]],
    )
    picture = BeautifulSoup(files["svg"], "html.parser").svg
    words = [line.text for line in picture("text", recursive=False)]
    assert words == ["Waar wonen ze?", *(f"{fact}: {KEPT[fact]}" for fact in list(KEPT)[1:])]
    assert picture.title.text == ". ".join(words)
    assert picture.desc.text == "Torhout: 3, onbekend: 2"


def test_kept_workbook_has_the_same_with_numbers_as_numbers(five, opened):
    _, files = files_of(opened(five.actor), "Waar wonen ze?")

    table = ["Groep", "Aantal", "Torhout", 3, "onbekend", 2]
    assert sorted(map(str, cells(files["xlsx"]))) == sorted(
        map(str, [each for fact in KEPT.items() for each in fact] + table)
    )


def test_rule_67_kept_chart_of_a_what_if_says_so_in_its_name_and_in_every_file(five, opened):
    overview = opened(five.actor)
    with on_day(TODAY):
        overview.rules.value = "wat als 2 lessen nodig zijn"

    name, files = files_of(overview, "Waar wonen ze?")

    what_if = "Wat als: Sessies nodig om als bereikt te tellen: 2 lessen in plaats van 1 les"
    assert "2024-06-28-wat-als-sessies-nodig-om-als-bereikt-te-tellen-2-lessen" in name
    above, _ = told_above(files["csv"])
    assert above["Let op"] == f"{what_if}. Dit is geen officieel cijfer."
    assert above["Telregels"] == "4, 7, 44 (wat als, geen versie)"
    assert what_if in BeautifulSoup(files["svg"], "html.parser").svg.title.text


def test_kept_chart_of_the_demo_says_that_its_data_are_fictitious(five, opened, raw):
    with five.at_work(DAY) as session:
        session.get_one(Installation, 1).story_day = TODAY

    name, files = files_of(opened(five.actor), "Bereikte personen, opgeteld")

    assert name.endswith("-fictieve-gegevens")
    assert told_above(files["csv"])[0]["Oefening"] == "fictieve gegevens"
    assert "fictieve gegevens" in BeautifulSoup(files["svg"], "html.parser").svg.title.text


def test_rule_48_what_is_kept_without_small_numbers_is_not_internal(five, rita, opened):
    overview = opened(rita)
    overview.digibank.value = "west"

    name, files = files_of(overview, "Hoe oud zijn ze?")

    assert "intern" not in name
    above, table = told_above(files["csv"])
    assert "Intern" not in above
    assert table[1:] == [["30-54", "<5"], ["65-74", "<5"]]


def test_rule_5_table_of_place_and_residence_is_kept_without_a_picture(five, opened):
    _, files = files_of(opened(five.actor), "Waar geholpen, en waar wonen ze?")

    assert tuple(files) == ("csv", "xlsx")
    assert told_above(files["csv"])[1] == [
        ["Geholpen in", "Torhout", "onbekend"],
        ["Torhout", "3", "2"],
    ]


def test_rule_44_target_groups_are_kept_with_what_is_unknown(five, opened):
    _, files = files_of(opened(five.actor), "Doelgroepen")

    above, table = told_above(files["csv"])
    assert above["Kansentarief gezien"] == "een benadering van een laag inkomen"
    assert table[:3] == [
        ["Doelgroep", "Personen", "Onbekend"],
        ["65 jaar of ouder", "3", "0"],
        ["Werkzoekend", "0", "5"],
    ]


def test_rule_10_table_of_the_region_is_kept_with_its_sum(five, rita, opened):
    name, files = files_of(opened(rita), "Bereikte personen per Digibank")

    assert name == "bereikte-personen-per-digibank-alle-digibanken-impl-2024-03-31"
    above, table = told_above(files["csv"])
    assert above["Digibank"] == "Alle Digibanken: Brugge, Brugge Noord, Brugge West"
    assert above["Bereikt"].endswith("Telregels: 2, 3, 6, 7, 8, 9, 10, 11, 12 (versie 1).")
    assert table == [
        ["Digibank", "Bereikt", "Toegang", "Vaardigheden", "Diensten", "Doel", "Lineair pad"],
        ["Brugge", "0", "0", "0", "0", "1000", "652,78"],  # 517 of 792 days
        ["Brugge Noord", "0", "0", "0", "0", "1000", "652,78"],
        ["Brugge West", "5", "0", "<5", "5", "1000", "652,78"],
        ["Som", "5", "0", "verborgen", "5", "", ""],
    ]
    picture = BeautifulSoup(files["svg"], "html.parser").svg
    assert picture.desc.text == "Brugge: 0, Brugge Noord: 0, Brugge West: 5"


def test_first_chart_to_keep_is_the_growth_of_reach(five, opened):
    keep = opened(five.actor).keep

    assert keep.choice.value == "Bereikte personen, opgeteld"
    _, link, _ = BeautifulSoup(keep.files.value, "html.parser")("a")
    table = held(link).decode("utf-8-sig")
    assert "Maand tot en met;Nieuw;Totaal;Lineair pad" in table.splitlines()
    assert table.splitlines()[-1].startswith("2024-06-28;0;5;765,15")


def held(link):
    return base64.b64decode(link["href"].partition("base64,")[2])


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (UnknownPeriodError(period="IMPL", digibank="west"), "IMPL"),
        (ValueError("een fout in de code"), "Er ging iets mis (code "),
    ],
    ids=["expected", "defect"],
)
def test_after_an_error_a_sentence_stands_instead_of_the_old_figures(
    five, opened, monkeypatch, error, sentence
):
    def fail(*_, **__):
        raise error

    overview = opened(five.actor)
    monkeypatch.setattr("digibank_core.reporting.progress", fail)

    with on_day(TODAY):
        overview.rules.value = "wat als 2 lessen nodig zijn"

    shown = read(overview)
    assert sentence in shown.find(role="alert").text
    assert "een fout in de code" not in shown.text
    assert (shown("section"), overview.keep.files.value) == ([], "")


def test_rule_2_on_a_day_before_the_period_nobody_is_reached_yet(five, opened):
    overview = opened(five.actor)

    with on_day(TODAY):
        overview.as_of.value = date(2022, 10, 1)

    shown = read(overview)
    assert shown.find(class_="lead").text == "De periode begint op 01/11/2022."
    assert shown.find(class_="value").text == "0 personen"
    assert numbers(card(overview, "Waar wonen ze?")) == {}
