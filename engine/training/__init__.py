"""Fitting: few-label classifiers, pretraining, simulated scenes."""
