"""Stand-ins for both clouds, for the `demo` command and for the tests: a Data Flow over HTTP and a Slack workspace.

They stand where the clouds stand: they speak HTTP, import nothing of the bot, and refuse what the clouds refuse.
"""
