"""`python -m bot …` is `dataflow-bot …`."""

from bot.cli import main

main()
