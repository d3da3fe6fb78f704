"""The worker's routes: who may use them, what they take, how they refuse."""
