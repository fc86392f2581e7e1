"""The extract: facts of one Digibank without names, as files that a report reads."""

from digibank_core.extract.package import Extract, make_secret, read, renew, write

__all__ = ["Extract", "make_secret", "read", "renew", "write"]
