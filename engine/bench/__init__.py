"""Comparison with stored numbers, and measurements of speed and memory."""
