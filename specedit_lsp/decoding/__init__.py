"""From a prompt to verified tokens and text: one forward checks many guesses."""
