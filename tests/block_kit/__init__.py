"""A check of everything shown in Slack, independent of the bot and of the stand-in: it imports nothing of either.

`structure` knows the shapes that Slack publishes as types, `limits` and `rules` what its documentation adds to them,
`mrkdwn` reads texts as Slack does, `surfaces` puts it together, and `plugin` holds it against whatever a test shows.
"""
