"""Slack alerts for NAVER Cloud Platform Data Flow.

    poll_workflows ──▶ core.transitions ──▶ core.alerting ──▶ outbox ──▶ deliver_outbox ──▶ Slack

Each package says in its first lines what it owns; README.md has the drawing of the whole house.
"""
