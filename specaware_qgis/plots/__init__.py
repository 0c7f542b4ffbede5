"""Plots over wavelength: panels one above the other with one axis, drawn by pyqtgraph or by a painter."""
