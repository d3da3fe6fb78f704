"""What is taken down of a rewrite, if the user wants that."""
