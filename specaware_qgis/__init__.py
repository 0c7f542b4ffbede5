"""SpecAware for QGIS: land cover from hyperspectral scenes. The computing is done by the engine, in its own process."""

from __future__ import annotations


def classFactory(iface):
    """Make the plugin; QGIS calls this when the plugin is enabled."""
    from .plugin import SpecAwarePlugin

    return SpecAwarePlugin(iface)
