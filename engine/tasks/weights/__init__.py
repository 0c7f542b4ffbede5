"""Weights files: list, show, verify, import, download."""
