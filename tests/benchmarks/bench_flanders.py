"""All of Flanders: 54 Digibanken, 250,000 persons and 1,000,000 deliveries.

`BULK` asks for another number of deliveries. Each demand stands beside what was measured.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from functools import partial
from pathlib import Path
from time import perf_counter

import pytest

from digibank_core import clock, db, demo, extract, security
from digibank_core.models import NewAccount
from digibank_core.services import accounts
from tests.benchmarks import bulk_history
from tests.benchmarks.bulk import Bulk
from tests.browser.conftest import DIGIBANK, PATIENCE, WIDE, fill_in_login, listening

DELIVERIES = int(os.environ.get("BULK", "1_000_000"))
PER_PERSON, DIGIBANKEN, CORES = 4, 54, 2
YEAR_AGO = "2023-12-31"
TIMES = 5
ROOT = Path(__file__).parents[2]


def name(database):
    return type(database).__name__


@pytest.mark.parametrize("part", [100, 10, 1])
def test_all_of_flanders(database, installation, browser, site, part):
    deliveries = DELIVERIES // part
    start = perf_counter()
    world = Bulk(DIGIBANKEN, deliveries // PER_PERSON, deliveries)
    codes = world.write()
    made = perf_counter() - start

    print(f"\n{name(database)}: {deliveries:,} deliveries, {world.rows:,} rows in {made:.0f} s")
    every = middle(partial(measured, codes))
    per_thousand = 1e6 * every["processor"] / deliveries
    told(f"growth: all {DIGIBANKEN}, {per_thousand:.1f} ms a 1000", "linear", every)
    if part == 1:
        the_demands(codes, every)
        pages(browser, site)


def the_demands(codes, every):
    """Print what issue D asks of the whole."""
    one = middle(partial(measured, codes[:1]))
    told("all figures of one Digibank", "1 s", one)
    told(f"all figures of {DIGIBANKEN}, one process", "10 s", every)
    told(f"... in {CORES} processes", "10 s", middle(partial(side_by_side, codes)))
    print(f"{'memory, all in one process':<46} {every['megabytes']:6.0f} MB   at most 1500 MB")
    entries = bulk_history.write(codes[0])
    told(
        f"known one year ago, {entries:,} entries",
        "2 s",
        middle(partial(measured, codes[:1], YEAR_AGO)),
    )


def told(what, demand, found):
    print(
        f"{what:<46} {found['seconds']:6.2f} s   processor {found['processor']:6.2f} s   "
        f"at most {demand}"
    )


def command(codes, *known_on):
    return [sys.executable, "-m", "tests.benchmarks.flanders", ",".join(codes), *known_on]


def measured(codes, *known_on):
    """Measure in a process of its own."""
    done = subprocess.run(command(codes, *known_on), capture_output=True, check=True, cwd=ROOT)
    return json.loads(done.stdout)


def middle(measure):
    """Measure some times, each in new processes; give the one in the middle."""
    found = [measure() for _ in range(TIMES)]
    return sorted(found, key=lambda each: each["seconds"])[TIMES // 2]


def side_by_side(codes):
    """Measure in as many processes as the demand has processors."""
    running = [
        subprocess.Popen(command(codes[core::CORES]), stdout=subprocess.PIPE, cwd=ROOT)
        for core in range(CORES)
    ]
    found = [json.loads(each.communicate()[0]) for each in running]
    return {
        "seconds": max(each["seconds"] for each in found),
        "processor": sum(each["processor"] for each in found),
    }


def pages(browser, demo_site):
    """Open the progress page of one Digibank of Flanders, and that of the demo, in turn."""
    actor = security.command_line()
    with db.transaction(actor, "meting") as session:
        add_coordinator(session, actor)
    with db.reading() as session:  # else the server begins with those of all
        extract.renew(session, actor=actor, moment=clock.now())
    with listening([DIGIBANK, "serve"], {}) as server:
        doors = [
            (signed_in(browser, site, login), f"{site}/voortgang")
            for site, login in ((demo_site, "ann"), (server.address, "flore"))
        ]
        times = [[opened(*door) for door in doors] for _ in range(TIMES + 1)]
    of_demo, of_flanders = (statistics.median(each) for each in zip(*times[1:], strict=True))
    print(
        f"{'progress page until shown':<46} {of_flanders:6.2f} s   demo {of_demo:6.2f} s   "
        f"{of_flanders / of_demo:.2f} x, at most 1.5 x"
    )


def add_coordinator(session, actor):
    request = NewAccount(
        login="flore",
        display_name="Flore",
        role=security.Role.COORDINATOR,
        digibank="d00",
        password=demo.PASSWORD,
    )
    accounts.add_account(session, request, actor=actor)


def signed_in(browser, site, login):
    context = browser.new_context(viewport=WIDE, locale="nl-BE")
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(f"{site}/login")
    fill_in_login(page, login)
    page.wait_for_url(f"{site}/")
    return page


def opened(page, address):
    """Seconds from the navigation until the figures are there."""
    start = perf_counter()
    page.goto(address)
    shown = page.locator(".figure", has_text="Bereikte personen").first
    shown.wait_for()
    return perf_counter() - start
