"""The models, plain torch: no rasters, no files but weights."""
