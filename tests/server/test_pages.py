"""Pages: who may open them, what stands in them, and who the kernel thinks it serves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from digibank_core.server.kernels import PER_VISITOR
from digibank_core.server.pages import HOME, PAGES, menu_of, page_at


def menu(text):
    """Labels in the menu of a page."""
    inside = text.partition("<nav")[2].partition("</nav>")[0]
    return re.findall(r'<a href="[^"]*"(?: aria-current="page")?>(.*?)</a>', inside)


def test_kernel_serves_who_is_signed_in_whatever_the_browser_claims(anna):
    forged = {
        "X-Digibank-User": "bert",
        "x-digibank-USER": "bert",
        "X_Digibank_User": "bert",
        "X-Digibank-Role": "beheerder",
        "HTTP_X_DIGIBANK_USER": "bert",
    }

    anna.open("/?HTTP_X_DIGIBANK_USER=bert", **forged)

    assert "De kern ziet {'HTTP_X_DIGIBANK_USER': 'anna'}" in anna.page.text
    assert "bert" not in anna.page.text


def test_page_without_the_right_is_refused_in_dutch_with_a_menu(bert, carla):
    refused = bert.get("/uitleen")

    assert refused.status_code == 403
    assert "Met jouw rol (regionaal) kan dit niet." in refused.text
    assert menu(refused.text) == ["Vandaag", "Voortgang"]
    assert carla.get("/voortgang").status_code == 403


def test_page_has_one_frame_around_its_cells(anna):
    anna.open("/")
    text = anna.page.text

    assert anna.page.headers["Cache-Control"].startswith("no-cache, no-store")
    assert text.count("<main") == text.count("</main>") == 1
    assert '<html lang="nl-BE">' in text
    assert "<title>Vandaag - Digibank</title>" in text
    assert '<a href="/" aria-current="page">Vandaag</a>' in text
    assert menu(text) == [
        "Vandaag",
        "Uitleen",
        "Vorming",
        "Digipunt",
        "Personen",
        "Voortgang",
        "Budget",
        "Nakijken",
        "Rapport",
    ]
    assert "Anna &amp; co, coördinator" in text
    assert "Fictieve gegevens" in text
    assert text.index('<main id="inhoud"') < text.index("<h1") < text.index("</main>")


def test_page_asks_nothing_of_another_host(anna, anonymous, bert):
    anna.open("/uitleen")

    for text in (anna.page.text, anonymous.get("/login").text, bert.get("/uitleen").text):
        elsewhere = re.findall(r"""(?:https?:)?//[\w.-]+\.\w+""", text)
        assert [url for url in elsewhere if "www.w3.org" not in url] == []


def test_cell_that_fails_is_told_in_dutch_without_its_details(anna):
    anna.open("/uitleen")
    text = anna.page.text

    assert "Een deel van deze pagina lukte niet" in text
    assert "Wat hierna komt, staat er daarom niet." in text
    assert "Vandaag" in menu(text)
    assert "geheim detail" not in text
    assert "ValueError" not in text
    assert "komt niet meer" not in text
    assert "raise" not in text


def test_error_in_a_kernel_gives_a_code_that_stands_in_the_log_of_the_server(anna, served):
    anna.open("/personen")
    [code] = re.findall(r"Er ging iets mis \(code (\w{4})\)", anna.page.text)

    log = (Path(served["DIGIBANK_HOME"]) / "log" / "digibank.log").read_text("utf-8")

    [told] = [part for part in log.split("unexpected error ") if part.startswith(code)]
    assert "ValueError" in told
    assert "geheim detail" not in log + anna.page.text
    assert "komt toch" in anna.page.text


def test_script_of_widgets_is_fetched_only_by_pages_that_have_them(anna):
    anna.open("/")
    assert "voila.js" not in anna.page.text

    anna.open("/uitleen")
    script = re.search(r'<script async src="(/library/[^"]*voila.js)"', anna.page.text)[1]
    assert anna.get(script).status_code == 200
    assert anna.page.text.index(script) < anna.page.text.index("<h1")


def test_widget_stands_in_the_page_as_a_view_without_its_values(anna):
    anna.open("/uitleen")

    assert "model_id" in anna.page.text
    assert "Text(value=" not in anna.page.text


def test_page_has_no_script_inside_that_the_policy_would_refuse(anna):
    anna.open("/uitleen")

    inside = re.findall(r"<script(?![^>]*(?:src=|json))[^>]*>", anna.page.text)

    assert inside == []
    assert " onclick=" not in anna.page.text


def test_notebook_that_cannot_be_read_gives_a_dutch_page(bert):
    answer = bert.get("/voortgang")

    assert answer.status_code == 500
    assert "Er ging iets mis" in answer.text
    assert "voortgang.ipynb" not in answer.text


def test_addresses_and_notebooks_of_pages_are_all_different():
    assert (
        len({page.path for page in PAGES}) == len({page.name for page in PAGES}) == len(PAGES)
    )
    assert HOME in PAGES


@pytest.mark.parametrize("path", ["gegeven", "bon"])
def test_page_about_one_thing_opens_from_a_list_and_not_from_the_menu(ann, path):
    page = page_at(path)

    assert page.opens_for(ann)
    assert page not in menu_of(ann)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_has_its_notebook(page, root):
    folder = "notebooks" if page.report else "apps"

    assert (root / folder / page.notebook).is_file()


def test_visitor_with_many_pages_open_is_asked_to_close_some(carla):
    pages = [carla.open("/") for _ in range(PER_VISITOR)]

    answer = carla.get("/")

    assert answer.status_code == 503
    assert "Het is druk" in answer.text
    assert f"Je hebt al {PER_VISITOR} pagina" in answer.text
    carla.farewell(pages[0], carla.address)
    assert carla.get("/").status_code == 200


def test_notebook_that_was_not_shipped_does_not_run(anna):
    answer = anna.get("/digipunt")

    assert answer.status_code == 500
    assert "De pagina digipunt.ipynb is niet zoals ze geleverd is." in answer.text
    assert "jupyter-config-data" not in answer.text
