"""Hyperspectral scenes with known truth: landscape, light, air, sensor."""
