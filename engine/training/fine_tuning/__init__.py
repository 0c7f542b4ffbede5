"""An encoder with a head, trained on labelled tiles."""
