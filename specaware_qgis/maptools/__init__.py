"""Tools for the map canvas, and what they leave on it."""
