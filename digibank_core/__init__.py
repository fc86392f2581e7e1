"""The core of the Digibank workbench: lend, measure, show, and account for every figure."""

__version__ = "0.1.0"
