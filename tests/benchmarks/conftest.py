"""Benchmarks use the served demo database and the browser of the browser tests."""

from tests.browser.conftest import (  # noqa: F401
    browser_type_launch_args,
    demo_home,
    same_database,
    sign_in,
    signed_in,
    site,
)
