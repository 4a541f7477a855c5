"""How every message looks: neutral values in, Block Kit and plain words out. No network, no decisions.

Limits and escaping live here and in bot/slack/text.py, and nowhere else.
"""
