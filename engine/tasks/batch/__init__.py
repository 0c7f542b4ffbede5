"""Many scenes, on a Dask cluster."""
