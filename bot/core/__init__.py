"""What the bot decides, as pure functions over values. Standard library only: no clock, no session, no network."""
