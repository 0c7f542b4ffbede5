"""A land-cover map of a scene."""
