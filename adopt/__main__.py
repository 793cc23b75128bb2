"""``python -m adopt``: the command line."""

from adopt.cli.main import main

main()
