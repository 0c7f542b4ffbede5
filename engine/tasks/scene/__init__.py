"""Classes of chips, cells or polygons."""
