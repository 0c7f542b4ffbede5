"""SpecAware engine: hyperspectral foundation models for maps, complete without QGIS."""

__version__ = "0.1.0"
