"""Makes the README's picture: the beginning of the real demo, recorded and drawn by a headless Chromium.

    TZ=Asia/Seoul python docs/capture_demo.py docs/images/alert.png

Needs chromium and the fonts named below (Debian: chromium fonts-dejavu-core fonts-noto-cjk fonts-noto-color-emoji).
"""

import html
import re
import subprocess
import sys
import tempfile
from datetime import timedelta
from math import ceil
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console

from bot.demo.show import run_demo

LASTS = timedelta(seconds=9)  # the first alert, and the answer to the first command
COLUMNS = 104
WIDTH = 1000  # pixels
CELL = 12.2  # how wide Rich draws a character
FONTS = "'DejaVu Sans Mono', 'Noto Sans Mono CJK KR', 'Noto Color Emoji', monospace"
QUIET = (
    "--headless",
    "--no-sandbox",
    "--no-first-run",
    "--hide-scrollbars",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
)


def main(target: Path) -> int:
    console = Console(record=True, force_terminal=True, color_system="truecolor", highlight=False, width=COLUMNS)
    if code := run_demo(LASTS, console):
        return code
    photograph(drawn(console), target)
    return 0


def drawn(console: Console) -> str:
    """The recording as SVG, each character in its cell, with fonts of this machine instead of one from the network."""
    svg = console.export_svg(title="make demo")
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {FONTS}")
    return re.sub(r'x="([\d.]+)" (y="[\d.]+") textLength="[\d.]+"(.*?>)(.*?)(?=</text>)', in_cells, svg)


def in_cells(text: re.Match[str]) -> str:
    """A place for each character: Rich counts the wide ones as one cell here."""
    left, row, rest, content = text.groups()
    place, places = float(left), []
    for character in html.unescape(content):
        places.append(f"{place:g}")
        place += CELL * cell_len(character)
    return f'x="{" ".join(places)}" {row}{rest}{content}'


def photograph(svg: str, target: Path) -> None:
    """On a transparent ground."""
    width, height = map(float, re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)[0])
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(f"<style>body {{ margin: 0 }} svg {{ display: block; width: {WIDTH}px }}</style>{svg}", "utf-8")
        size = f"--window-size={WIDTH},{ceil(height * WIDTH / width)}"
        files = [f"--user-data-dir={folder}/profile", f"--screenshot={target.resolve()}", page.as_uri()]
        ground = "--default-background-color=00000000"
        command = ["chromium", *QUIET, size, ground, *files]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own page in the machine's browser


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
