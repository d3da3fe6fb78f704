"""What only a graphics card can tell: its ceilings, forwards beside their floor, replays, exactness."""
