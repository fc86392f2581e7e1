"""How a benchmark measures, and what it prints."""

from __future__ import annotations

import statistics
from time import perf_counter

CLICK_TO_SHOWN = """async ([button, area, sign]) => {
  const around = button.closest(area);
  const start = performance.now();
  const shown = new Promise((done) => {
    const look = () => around.innerText.includes(sign) && done(performance.now());
    new MutationObserver(look).observe(around, {
      subtree: true, childList: true, characterData: true });
  });
  button.click();
  return (await shown) - start;
}"""


def click(button, sign, area="form"):
    """Milliseconds from a click until a sentence is shown in the area around the button."""
    return button.evaluate(f"(node) => ({CLICK_TO_SHOWN})([node, '{area}', `{sign}`])")


def took(act, rounds):
    """Milliseconds of each of some calls."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        act()
        times.append(1000 * (perf_counter() - start))
    return times


def report(name, times):
    """Print the median and the 95th percentile."""
    ordered = sorted(times)
    p50, p95 = statistics.median(ordered), ordered[max(0, int(len(ordered) * 0.95) - 1)]
    print(f"{name:<46} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   n={len(times)}")
