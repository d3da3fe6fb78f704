"""Who guesses what comes next. A guess costs time when it is wrong, never correctness."""
