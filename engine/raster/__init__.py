"""Rasters: grids, cubes read by windows, results written atomically."""
