"""The worker of a team: the same routes on a Ray cluster, for users who are told apart."""
