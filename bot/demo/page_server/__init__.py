"""A page in the browser that looks like the channel the bot posts to, with both stand-ins behind it. See server.py.

It knows the stand-ins only, as whoever sits in front of Slack and of the console does; nothing of the bot's.
"""

from bot.demo.page_server.clouds import Clouds
from bot.demo.page_server.server import Offer, PageServer

__all__ = ["Clouds", "Offer", "PageServer"]
