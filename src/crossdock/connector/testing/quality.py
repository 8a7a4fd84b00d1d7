"""How far a connector is: the rules that its `quality.toml` must answer, and reading the answers.

Not here: what the platform itself cannot do (its CAPABILITIES), or rules that run (the other files).
"""

import tomllib
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

# What a person must have seen to, beyond what the contract suite runs by itself. A platform may add rules of its own.
RULES = {
    "contract-suite": "every rule of the contract suite holds, or does not apply by a declared capability",
    "against-the-sandbox": "the connector's own tests run against a sandbox with the platform's oddities",
    "against-a-real-store": "the connector was run against a store that is not ours",
    "errors-are-the-seven": "every status and every error body that the platform documents becomes one of the seven",
    "never-throttled-in-steady-state": "calls wait here, so that the store never has to refuse one",
    "webhooks-verified-on-raw-bytes": "signatures are checked on the bytes as sent, in constant time, before anything",
    "odd-webhooks-never-raise": "recorded and made-up deliveries of every topic are understood or put aside",
    "credentials-renewed": "what expires is renewed, one renewal at a time, and a lost answer loses nothing",
    "creation-found-by-a-direct-read": "an order is found by its reference without a search that lags",
    "lists-miss-nothing-while-they-shift": "rows that move between pages are neither lost nor skipped",
    "catalogue-resumable": "a whole pass goes on from any page for a day, in any process",
    "stock": "levels are read, written on condition, and adjusted, with what the platform gives for exactly once",
    "listings-repeatable-and-nothing-deleted-by-accident": "writing a product again changes nothing more",
    "pitfalls-tested": "every oddity that is known of the platform has a test",
    "item-edits": "lines that are edited after an order was sent are carried",
}
SHORTEST = 12  # characters of a reason


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """`where`: for what is done, the files that show it, with commas between; for anything else why it is not."""

    status: Literal["done", "partly", "todo", "exempt"]
    where: str


class Quality(Struct, frozen=True, forbid_unknown_fields=True):
    """One `quality.toml`. `bench`: "module:class" of the bench that the contract suite runs on, where that is not the
    sandbox's."""

    rules: dict[str, Answer]
    bench: str = ""


def read(folder: Path) -> Quality:
    """The answers in a platform's folder. Raises ValueError naming the field that is wrong."""
    file = folder / "quality.toml"
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Quality)
    except FileNotFoundError:
        raise ValueError(f"{file} is not there: it says how far the connector is, rule by rule") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{file}: {error}") from None


def flaws(quality: Quality, root: Path) -> list[str]:
    """What is wrong with the answers, each as a sentence that says what to do. `root`: where the files named are."""
    found = [f"rules.{name} is not answered: {words}" for name, words in RULES.items() if name not in quality.rules]
    for name, answer in quality.rules.items():
        if answer.status == "done":
            missing = [file for file in _files(answer.where) if not (root / file).exists()]
            found += [f"rules.{name} is done, and {file} is not there" for file in missing]
        elif len(answer.where) < SHORTEST:
            found.append(f"rules.{name} is {answer.status}: say why in `where`")
    return found


def _files(where: str) -> list[str]:
    """One that is named without a folder is in the folder of the one before."""
    files: list[str] = []
    for each in (one.strip() for one in where.split(",")):
        before = files[-1].rpartition("/")[0] if files else ""
        files.append(each if "/" in each or not before else f"{before}/{each}")
    return files
