"""Renew the generated parts of the README: help texts, the demo's screen, and its picture.

``python -m sims.readme`` writes them from the real program; a test compares them with what is committed.
"""

import io
import json
import re
import tempfile
from pathlib import Path

from click.testing import CliRunner
from rich.console import Console

from adopt.cli.main import adopt
from adopt.cli.printing import WIDTH, summary_screen
from adopt.plan.run import demo_shop, run_recommend, settings_beside

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PICTURE = ROOT / "docs" / "pictures" / "demo.svg"
SHOWN_FOLDER = Path("runs/demo")


def help_of(command: str) -> str:
    """What ``adopt COMMAND --help`` prints."""
    words = [command, "--help"] if command else ["--help"]
    result = CliRunner().invoke(adopt, words, prog_name="adopt", terminal_width=WIDTH)
    return str(result.output)


def record_screens() -> dict[str, Console]:
    """The demo's summary screen in each language, recorded."""
    with tempfile.TemporaryDirectory() as scratch:
        run_recommend(demo_shop(), Path(scratch) / "run", settings_beside(demo_shop(), None))
        summary = json.loads((Path(scratch) / "run" / "summary.json").read_text(encoding="utf-8"))
    consoles = {}
    for language in ("en", "zh"):
        console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
        console.print(summary_screen(summary, SHOWN_FOLDER, lang=language))
        consoles[language] = console
    return consoles


def generated_parts(consoles: dict[str, Console]) -> dict[str, str]:
    """Text of every generated block of the README by its name."""
    screens = {
        f"screen-{language}": console.export_text(clear=False)
        for language, console in consoles.items()
    }
    return {"help": help_of(""), "help-recommend": help_of("recommend"), **screens}


def with_parts(readme: str, parts: dict[str, str]) -> str:
    """The README with the text between each pair of markers replaced."""
    for name, text in parts.items():
        body = "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
        block = f"<!-- generated: {name} -->\n```text\n{body}\n```\n<!-- end -->"
        pattern = rf"<!-- generated: {name} -->.*?<!-- end -->"
        readme = re.sub(pattern, block.replace("\\", r"\\"), readme, flags=re.DOTALL)
    return readme


def _unsqueezed(picture: str) -> str:
    """The picture with Chinese at its natural width; rich counts a character of it as one cell."""
    chinese = r'(<text[^>]*?) textLength="[^"]*"([^>]*>[^<]*[\u2e80-\uffef][^<]*</text>)'
    return re.sub(chinese, r"\1\2", picture)


def main() -> None:
    """Write the README's generated parts and the picture."""
    consoles = record_screens()
    parts = generated_parts(consoles)
    README.write_text(with_parts(README.read_text(encoding="utf-8"), parts), encoding="utf-8")
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    picture = consoles["en"].export_svg(title="adopt demo", unique_id="demo")
    PICTURE.write_text(_unsqueezed(picture), encoding="utf-8")


if __name__ == "__main__":
    main()
