"""Persons among fifty thousand: find one, and see while typing who it may be.

A kernel is a fork that has all modules and no name, so each round is a fork of its own: it
opens the database, as its page did, and then measures its first search and the later ones.
"""

from __future__ import annotations

import gc
import json
import os
import shutil
import traceback
from collections import defaultdict
from functools import partial
from time import process_time

import pytest

from digibank_core import db, encryption, known
from digibank_core.models import Account, NewPerson
from digibank_core.security import Actor, Role
from digibank_core.services import persons
from tests.benchmarks import crowd
from tests.benchmarks.measure import report, took
from tests.browser.conftest import DIGIBANK, WIDE, fill_in_login, listening
from tests.browser.desk import form
from tests.databases import point_to

ANN = Actor("ann", Role.COORDINATOR, "west")
FORKS = 7
QUERIES = (
    "jan",
    "vandenb",
    "bossche jan",
    "d'hondt",
    "el amrani fatima",
    "1950 maria",
    "8820 luc",
)
TYPOS = ("vandenbosche", "faitma", "lefevere", "maertns jozef", "goedlieve 1950", "zwartkapoen")
TYPED = (
    {"first_name": "Maria", "last_name": "Vandenbossche", "birth_year": 1950},
    {"first_name": "Jozef", "last_name": "De Clerck", "phone": "0475 12 34 56"},
    {"first_name": "Fatima", "last_name": "El Amrani", "residence": "31033"},
    {"first_name": "Wendelien", "last_name": "Zwartkapoen", "birth_year": 1981},
)


def test_persons_among_fifty_thousand(database, installation):
    crowd.fill()
    times = defaultdict(list)
    for _ in range(FORKS):
        for name, found in in_a_fork(one_page).items():
            times[name] += found

    print(f"\n{database_name(database)}: {crowd.PERSONS} persons, {crowd.OWN} in the Digibank")
    for name, found in times.items():
        report(name, found)


def one_page():
    """Measure what one page asks, in the order in which it does."""
    with db.reading() as session:
        session.get(Account, "ann")  # a page knows its user before it shows a field
    start = process_time()
    first = times_of(find, QUERIES[1:2])
    own = 1000 * (process_time() - start)
    return {
        "first search, loading included": first,
        "... of which own processor time": [own],  # when others keep the machine busy
        "later search": times_of(find, QUERIES * 2),
        "search with a typo": times_of(find, TYPOS * 2),
        "first comparison while typing": times_of(compare, TYPED[:1]),
        "later comparison": times_of(compare, TYPED * 2),
    }


def times_of(act, given):
    return [time for one in given for time in took(partial(act, one), 1)]


def find(query):
    with db.reading() as session:
        return persons.search(session, query, actor=ANN)


def compare(typed):
    with db.reading() as session:
        return persons.likely_same(session, NewPerson(**typed), actor=ANN)


def in_a_fork(act):
    """Give what an act gives in a fork that has opened nothing and knows nobody."""
    ours, its = os.pipe()
    if (child := os.fork()) == 0:
        try:
            for remembered in (db._engine, db._story, encryption._keys):
                remembered.cache_clear()
            known.forget()
            gc.collect()
            gc.freeze()  # as the warm process does before it forks
            os.write(its, json.dumps(act()).encode())
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(its)
    with os.fdopen(ours, "rb") as told:
        answer = told.read()
    os.waitpid(child, 0)
    return json.loads(answer)


def database_name(database):
    return type(database).__name__


@pytest.fixture(scope="module")
def crowded(demo_place, tmp_path_factory):
    """Address of the demo, served with the crowd in it."""
    folder = tmp_path_factory.mktemp("crowded")
    shutil.copytree(demo_place, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        point_to(patch, folder)
        crowd.fill()
    places = {"DIGIBANK_HOME": str(folder / "home"), "DIGIBANK_KEYS": str(folder / "keys")}
    with listening([DIGIBANK, "serve"], places) as server:
        yield server.address


def test_search_from_the_last_key_to_the_list(browser, crowded):
    page = browser.new_context(viewport=WIDE, locale="nl-BE").new_page()
    page.goto(f"{crowded}/login?next=/personen")
    fill_in_login(page, "ann")
    first, later, typo = [], [], []
    for _ in range(FORKS):
        page.goto(f"{crowded}/personen")
        field = form(page, "Zoek een persoon").get_by_label("Naam, geboortejaar of postcode")
        field.wait_for()
        first.append(from_last_key(page, field, QUERIES[1]))
        later += [from_last_key(page, field, query) for query in QUERIES]
        typo += [from_last_key(page, field, query) for query in TYPOS]

    print()
    report("last key to list, first search of a page", first)
    report("last key to list, later search", later)
    report("last key to list, search with a typo", typo)


LAST_KEY_TO_LIST = """(field) => new Promise((done) => {
  const told = field.closest(".field").querySelector("[role=status]");
  const start = performance.now();
  const look = new MutationObserver(() => {
    if (!/gevonden|Niemand/.test(told.textContent)) return;
    look.disconnect();
    done(performance.now() - start);
  });
  look.observe(told, { childList: true, characterData: true, subtree: true });
  field.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def from_last_key(page, field, query):
    """Milliseconds from the last key of a query until the list says what it found."""
    field.fill("")
    field.focus()
    field.evaluate("(node, text) => { node.value = text; }", query)
    return field.evaluate(LAST_KEY_TO_LIST)
