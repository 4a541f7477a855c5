"""Slack: the only package that imports slack_bolt and slack_sdk. Messages out, commands in, and how both look."""
