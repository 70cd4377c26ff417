"""How every type that a user's file is loaded into is validated."""

from pydantic import ConfigDict

STRICT = ConfigDict(extra="forbid", strict=True)
"""Refuse unknown keys and never convert (a "5" is no 5)."""
