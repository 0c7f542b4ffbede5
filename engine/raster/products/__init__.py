"""Readers of sensor products."""
