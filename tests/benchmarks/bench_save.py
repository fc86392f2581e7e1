"""Save of a form: from the click to committed and shown, one user, in a real browser.

The same page holds the comparison: a bare round trip of the same widget over the same
connection (a search that finds nobody), so that what the save itself costs can be seen.
"""

from __future__ import annotations

import statistics

from sqlmodel import col, select

from digibank_core import db
from digibank_core.models import Device, DeviceState

ROUNDS = 20

CLICK_TO_SHOWN = """async ([button, sign]) => {
  const form = button.closest('form');
  const start = performance.now();
  const shown = new Promise((done) => {
    const look = () => form.parentElement.innerText.includes(sign) && done(performance.now());
    new MutationObserver(look).observe(form.parentElement, {
      subtree: true, childList: true, characterData: true });
  });
  button.click();
  return (await shown) - start;
}"""


def report(name, times):
    ordered = sorted(times)
    p50, p95 = statistics.median(ordered), ordered[int(len(ordered) * 0.95) - 1]
    print(f"{name:<42} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   n={len(times)}")


def test_save_of_a_form_from_click_to_shown(sign_in, site):
    with db.reading() as session:
        ready = select(Device.code).where(
            Device.state == DeviceState.READY, Device.digibank == "west"
        )
        codes = session.exec(ready.order_by(col(Device.code)).limit(ROUNDS)).all()
    page = sign_in("ann")
    page.goto(f"{site}/uitleen")
    refused, lent, returned = [], [], []
    for code in codes:
        lend = page.get_by_role("form", name="Toestel uitlenen")
        button = lend.get_by_role("button", name="Uitlenen")
        lend.get_by_label("Toestelcode").fill(code)
        lend.get_by_label("Toestelcode").press("Enter")
        lend.get_by_text(f"{code}, ").wait_for()
        sign = "Kies een lener."
        refused.append(button.evaluate(f"(b) => ({CLICK_TO_SHOWN})([b, '{sign}'])"))
        lend.get_by_label("Lener").fill("maer")
        lend.get_by_role("option").first.click()
        sign = f"Uitgeleend: {code}"
        lent.append(button.evaluate(f"(b) => ({CLICK_TO_SHOWN})([b, '{sign}'])"))

        page.get_by_role("tab", name="Terugnemen").click()
        back = page.get_by_role("form", name="Toestel terugnemen")
        back.get_by_label("Toestelcode").fill(code)
        back.get_by_label("Toestelcode").press("Enter")
        back.get_by_text(f"{code}, ").wait_for()
        back.get_by_label("in orde").check()
        button = back.get_by_role("button", name="Terugnemen")
        sign = f"Teruggenomen: {code}"
        returned.append(button.evaluate(f"(b) => ({CLICK_TO_SHOWN})([b, '{sign}'])"))
        page.get_by_role("tab", name="Uitlenen").click()

    print()
    report("refused, nothing written (comparison)", refused)
    report("lend: click to committed and shown", lent)
    report("take back: click to committed and shown", returned)
