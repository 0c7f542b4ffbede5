"""The pretraining set, cut from products."""
