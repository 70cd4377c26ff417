"""Reads what is typed, with a small language model."""
