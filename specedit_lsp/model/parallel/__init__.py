"""One model on several devices: its layers are split by transformers, and every device has a process."""
