"""SpecAware for QGIS: land cover from hyperspectral scenes. The computing is done by the engine, in its own process."""

from __future__ import annotations


def classFactory(iface):  # noqa: N802 - the name QGIS looks for
    """Make the plugin; QGIS calls this when the plugin is enabled."""
    from .plugin import SpecAwarePlugin

    return SpecAwarePlugin(iface)
