"""The worker as a process: how it starts, where it is found, when it ends."""
