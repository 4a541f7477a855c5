"""The use cases, one transaction each. They know the store and the core; the network they reach through ports."""
