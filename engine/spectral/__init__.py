"""Bands, sensors and resampling between them."""
