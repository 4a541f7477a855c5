"""The modals: what they show, and what was entered in them. What becomes of it is for the listeners and services."""
