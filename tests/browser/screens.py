"""`make screens`: a picture of every page in both languages, under docs/screens/; of some by PAGES="history run"."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from tests.browser.pages import PAGES, PageOf
from tests.browser.tour import DESKTOP, PHONE, Tour, Visit, missing, tour
from tests.entente import ROOT

FOLDER = ROOT / "docs" / "screens"
MOST_BYTES = 3_000_000
TALLEST = {DESKTOP: 1_800, PHONE: 1_800}
"""Longer pages are cut: their end looks like their middle."""


def main(names: Sequence[str]) -> int:
    """Draw these pages anew, or all; 1 where no browser can be started, a name is wrong, or the folder is too large."""
    if unknown := {*names} - {page.name for page in PAGES}:
        sys.stderr.write(f"No such page: {', '.join(sorted(unknown))}. Choose of {', '.join(p.name for p in PAGES)}.\n")
        return 1
    pages = [page for page in PAGES if page.name in names or not names]
    if why_not := missing():
        sys.stderr.write(f"No pictures: {why_not}.\n")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not names:
        for old in FOLDER.glob("*.png"):
            old.unlink()
    with TemporaryDirectory(prefix="entente-screens-") as directory, tour(Path(directory)) as house:
        for language in ("en", "fr"):
            for who in dict.fromkeys(wanted.who for wanted in pages):
                _draw_pages(house, who, [page for page in pages if page.who == who], language)
    size = sum(picture.stat().st_size for picture in FOLDER.glob("*.png"))
    sys.stdout.write(f"{len([*FOLDER.glob('*.png')])} pictures, {size / 1e6:.1f} MB\n")
    return int(size > MOST_BYTES)


def _draw_pages(house: Tour, who: str, pages: Sequence[PageOf], language: str) -> None:
    with house.visit(who) as somebody:
        somebody.go("/" if who else "/sign-in")
        somebody.speak(language)
        for wanted in pages:
            for width in (DESKTOP, PHONE) if wanted.on_phone else (DESKTOP,):
                _draw(somebody, wanted, language, width)


def _draw(somebody: Visit, wanted: PageOf, language: str, width: int) -> None:
    somebody.page.set_viewport_size({"width": width, "height": 300})  # a short page gives a short picture
    shot = somebody.open(wanted).screenshot(full_page=True)
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST[width])))
    small = picture.quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    phone = "-phone" if width == PHONE else ""
    small.save(FOLDER / f"{wanted.name}{phone}-{language}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
