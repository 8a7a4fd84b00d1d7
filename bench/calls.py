"""The hub's calls for each vendor order and each vendor's change of a product, by platform, in small replays, and the
least that would do: python -m bench.calls FOLDER [--orders 40].

A replay lists its stores much oftener than a hub does: mind the names of calls. Not here: time.
"""

import argparse
import json
import subprocess
import sys
from typing import Any

from crossdock.rehearsal import mixing

CHANGES = ("amend", "restock", "sell", "take_back", "takeback")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--orders", default="40")
    given = parser.parse_args()
    for name in mixing.vendors():
        plain = _replay(given.folder, given.orders, name)
        goods = _replay(given.folder, given.orders, name, "--catalogue", "olist", "--stock", "3")
        if not plain or not goods:
            return 1
        parcels = plain["parcels"] / max(1, plain["vendor_orders"])
        _show(f"{name}: a vendor order", plain, plain["vendor_orders"], f"1 and {parcels:.2f} for parcels carried back")
        changed = sum(goods["played"].get(word, 0) for word in CHANGES)
        _show(f"{name}: a change of a product or its stock", goods, changed, "1 read where nothing is told, 1 write")
    return 0


def _replay(folder: str, orders: str, name: str, *more: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "crossdock", "replay", folder, "--orders", orders, "--platforms", name, "--json"]
    done = subprocess.run([*command, *more], capture_output=True, text=True, check=False)
    last = (done.stdout.strip().splitlines() or [""])[-1]
    if not last.startswith("{"):
        print(done.stderr[-2000:])
        return {}
    found: dict[str, Any] = json.loads(last)
    return found


def _show(what: str, told: dict[str, Any], times: int, least: str) -> None:
    during: dict[str, int] = told["during"]
    each = told["calls_during"] / max(1, times)  # some calls have two names below
    right = "right" if told["passed"] else "NOT right"
    print(f"\n{what} ({times} of them, {right}): {each:.2f} calls; at least {least}")
    for op, count in sorted(during.items(), key=lambda row: -row[1]):
        print(f"  {count / max(1, times):6.2f}  {op}")


if __name__ == "__main__":
    sys.exit(main())
