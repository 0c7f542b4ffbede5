"""Spectra in the plugin: collecting, comparing, keeping."""
