"""The other end of the wire: finding, installing, starting and asking the engine."""
