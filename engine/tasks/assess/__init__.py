"""How accurate a map is."""
