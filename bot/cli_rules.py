"""The commands of the command line about who is told what: the subscriptions, why something was told, what-if."""
