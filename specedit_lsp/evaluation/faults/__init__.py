"""What becomes of rewrites when processes die, disks fill up and networks fail, with the real programs."""
