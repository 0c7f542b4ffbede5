"""What the weights make of every band at a place."""
