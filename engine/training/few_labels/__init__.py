"""Classifiers from a handful of labels, chosen and scored on places held out."""
