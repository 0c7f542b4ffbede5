"""Fine-tuning of an encoder with a head."""
