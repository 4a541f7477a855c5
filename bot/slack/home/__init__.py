"""App Home: what is on it, and keeping it so for those who look at it."""
