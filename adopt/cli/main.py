"""The command line: parse, call, print. Errors become one or two sentences and an exit code here."""

import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from adopt.errors import AdoptError

COMMANDS = (
    "demo",
    "init",
    "doctor",
    "rates",
    "recommend",
    "explain",
    "frontier",
    "rollback",
    "simulate",
    "replay",
)
INTERRUPTED = 130


class LazyGroup(click.Group):
    """Commands live one a file and are imported when they are called or described."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Names in the order an operator meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- click's signature
        """Import the command's file."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"adopt.cli.{cmd_name}"), cmd_name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="adopt")
def adopt() -> None:
    """Decide bids for paid search traffic, with a proof of optimality beside each answer.

    Exit codes: 0 done, 1 error, 2 data blocked, 3 infeasible (with the relaxations),
    4 guardrail stop, 5 batch finished in part.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(_run(given))


def _run(arguments: list[str]) -> int:
    try:
        result: Any = adopt.main(args=arguments, prog_name="adopt", standalone_mode=False)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.Abort:
        click.echo("Stopped; nothing was written.", err=True)
        return INTERRUPTED
    except click.UsageError as error:
        # click's own code for this is 2, which here means that the data was refused.
        error.show()
        return 1
    except AdoptError as error:
        _say(error, arguments)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 -- the last door: an operator gets a sentence, not a traceback
        _say_unexpected(error, arguments)
        return 1
    return result if isinstance(result, int) else 0


def _say(error: AdoptError, arguments: list[str]) -> None:
    if "--debug" in arguments:
        traceback.print_exc()
    click.echo(f"Error: {error}", err=True)


def _say_unexpected(error: Exception, arguments: list[str]) -> None:
    if "--debug" in arguments:
        traceback.print_exc()
    first = str(error).partition("\n")[0]
    click.echo(
        f"Error: adopt met something it did not expect ({type(error).__name__}: {first}). "
        "Nothing was written. Run again with --debug and report it.",
        err=True,
    )


if __name__ == "__main__":
    main()
