"""Pages beside stock Voilà: the same notebook, database, browser and minute.

Stock Voilà has no login, so its kernels get the name of a coordinator from its environment.
Both are asked in turn. The clock is that of the page: from its navigation until the first
click on the button of the form was answered by the kernel.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import time
from contextlib import contextmanager

import pytest

from digibank_core.config import places
from tests.benchmarks.measure import report
from tests.browser.conftest import DIGIBANK, PATIENCE, WIDE, fill_in_login, listening

OPENS, SESSIONS, CLICKS, RELOADS = 9, 20, 8, 50
COORDINATORS = ("ann", "noor", "bram")
PROBE = """
const button = () =>
  [...document.querySelectorAll("form button")].find((node) => node.innerText === "Uitlenen");
window.click = (node) => new Promise((done) => {
  const start = performance.now();
  const observer = new MutationObserver(() => {
    if (node.textContent !== "Uitlenen") return;
    observer.disconnect();
    done(performance.now() - start);
  });
  observer.observe(node, { childList: true, characterData: true, subtree: true });
  node.click();
});
window.again = () => window.click(button());
const timer = setInterval(async () => {
  const found = button();
  if (!found) return;
  clearInterval(timer);
  await window.click(found);
  window.answered = performance.now();
}, 10);
"""


@pytest.fixture(scope="module")
def stock(demo_home, tmp_path_factory):
    """Give the process and address of Voilà as it comes, over the same demo."""
    apps = tmp_path_factory.mktemp("stock")
    for notebook in places().apps.glob("*.ipynb"):
        shutil.copy(notebook, apps)
    own = {"HTTP_X_DIGIBANK_USER": "ann", "JUPYTER_CONFIG_DIR": str(apps / "none")}
    command = [sys.executable, "-m", "voila", str(apps), "--no-browser"]
    with listening(command, {**demo_home, **own}, "") as found:
        yield found


@pytest.fixture(scope="module")
def ours(demo_home):
    """Give the process and address of our server."""
    with listening([DIGIBANK, "serve"], demo_home) as found:
        yield found


@pytest.fixture(scope="module")
def contexts(browser, ours):
    """Give contexts in which a coordinator of each Digibank is signed in."""
    found = []
    for login in COORDINATORS:
        context = browser.new_context(viewport=WIDE, locale="nl-BE")
        context.set_default_timeout(2 * PATIENCE)
        context.add_init_script(PROBE)
        page = context.new_page()
        page.goto(f"{ours.address}/login")
        fill_in_login(page, login)
        page.wait_for_url(f"{ours.address}/")
        page.close()
        found.append(context)
    yield found
    for context in found:
        context.close()


@pytest.fixture(scope="module")
def servers(ours, stock):
    """Give both servers with the address of the same page."""
    return {
        "stock Voilà": (stock, f"{stock.address}/voila/render/uitleen.ipynb"),
        "this server": (ours, f"{ours.address}/uitleen"),
    }


@contextmanager
def opened(context, address):
    """Open a page without waiting for it."""
    page = context.new_page()
    page.evaluate("(address) => { setTimeout(() => { location.href = address; }) }", address)
    try:
        yield page
    finally:
        page.close()


def answered(page):
    """Wait for the answer to the first click; give its milliseconds since the navigation."""
    most = 10 * PATIENCE  # twenty pages of stock Voilà take minutes on two processors
    return page.wait_for_function("() => window.answered", timeout=most).json_value()


def memory(server):
    """Bytes that a server and its kernels hold, shared ones divided (PSS)."""
    found = [server.process, *server.process.children(recursive=True)]
    return sum(process.memory_full_info().pss for process in found)


def kernels_of(server):
    """Number of kernels: processes with sockets of Jupyter."""
    return sum(
        any("kernel-" in argument or "server.warm" in argument for argument in child.cmdline())
        for child in server.process.children(recursive=True)
    )


def ratio(name, ours, theirs, most):
    print(f"{name:<46} {ours / theirs:.2f} x stock   (at most {most})")


def test_open_a_page(contexts, servers):
    times = {name: [] for name in servers}
    for _ in range(OPENS + 1):
        for name, (_, address) in servers.items():
            with opened(contexts[0], address) as page:
                times[name].append(answered(page))

    print()
    for name, found in times.items():
        report(f"open uitleen until answered, {name}", found[1:])
    medians = [statistics.median(found[1:]) for found in times.values()]
    ratio("open", medians[1], medians[0], 0.8)


@pytest.mark.parametrize("name", ["stock Voilà", "this server"])
def test_twenty_pages_at_once(contexts, servers, name):
    server, address = servers[name]
    before = memory(server)
    pages = []
    for number in range(SESSIONS):
        page = contexts[number % len(contexts)].new_page()
        page.evaluate("(to) => { setTimeout(() => { location.href = to; }, 500) }", address)
        pages.append(page)
    times = [answered(page) for page in pages]
    each = (memory(server) - before) / SESSIONS / 1e6
    clicks = []
    for _ in range(CLICKS):
        for page in pages:
            clicks.append(page.evaluate("() => window.again()"))
            page.wait_for_timeout(1000 / SESSIONS)
    for page in pages:
        page.close()

    print()
    report(f"{SESSIONS} pages opened at once, {name}", times)
    report(f"click while {SESSIONS} are open, {name}", clicks)
    print(f"{f'memory of each page more, {name}':<46} {each:.0f} MB (PSS)")


def test_reloads_leave_no_kernel(contexts, servers):
    print()
    for name, (server, address) in servers.items():
        before = kernels_of(server)
        with opened(contexts[0], address) as page:
            answered(page)
            for _ in range(RELOADS):
                page.goto(address)
                answered(page)
        time.sleep(2)  # the farewell of the last page
        print(f"kernels left after {RELOADS} reloads, {name}: {kernels_of(server) - before}")
