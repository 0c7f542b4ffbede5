"""Encoder weights from scenes without labels, masked or by episodes."""
