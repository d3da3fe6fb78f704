"""Models that are known to be good at this, and whether one fits on this machine."""
