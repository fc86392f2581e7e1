"""A database to practise on: invented persons, devices and loans, told on one fixed day."""

from digibank_core.demo.story import ACCOUNTS, PASSWORD, STORY_DAY, make

__all__ = ["ACCOUNTS", "PASSWORD", "STORY_DAY", "make"]
