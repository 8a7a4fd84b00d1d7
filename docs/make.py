"""Writes the generated parts of the docs, between their marks; `--check` says which are out of date instead.

Not here: texts that people write.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path

from crossdock import environment

DOCS = Path(__file__).parent


def variables() -> str:
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for one in environment.VARIABLES:
        default = one.default if " " in one.default else f"`{one.default}`"
        rows.append(f"| `{one.name}` | {default} | {one.words}{' Secret.' if one.secret else ''} |")
    return "\n".join(rows)


# mark -> (file, what is written there)
PARTS: dict[str, tuple[Path, Callable[[], str]]] = {
    "variables": (DOCS / "operate" / "settings.md", variables),
}


def main(check: bool) -> int:
    stale = []
    for mark, (file, write) in PARTS.items():
        before = file.read_text(encoding="utf-8")
        after = _between(before, mark, write())
        if after != before:
            stale.append(f"{file.relative_to(DOCS.parent)}: {mark}")
            if not check:
                file.write_text(after, encoding="utf-8")
    if check and stale:
        sys.stderr.write("Out of date, run `make docs`:\n" + "\n".join(stale) + "\n")
        return 1
    return 0


def _between(text: str, mark: str, part: str) -> str:
    start, end = f"<!-- made by docs/make.py: {mark} -->", "<!-- end -->"
    pattern = re.compile(re.escape(start) + r"\n.*?" + re.escape(end), re.DOTALL)
    if len(pattern.findall(text)) != 1:
        raise SystemExit(f"{mark}: its marks are not there once")
    return pattern.sub(lambda _: f"{start}\n{part}\n{end}", text)


if __name__ == "__main__":
    raise SystemExit(main(check="--check" in sys.argv[1:]))
