"""The benchmark of calls at its smallest: everything happens once, at one vendor of each platform; no call is made
beyond the fewest without a reason that is said. Nothing is timed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
SECONDS = 180


def test_every_call_beyond_the_fewest_has_a_reason() -> None:
    command = [sys.executable, "-m", "bench.calls", "--number", "2", "--merchants", "shopify", "--json"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    rows = {(row["happening"], row["side"], row["platform"]): row for row in found["rows"]}
    unsaid = {key: row["calls"] for key, row in rows.items() if row["total"] > row["fewest"] and not row["over"]}
    assert unsaid == {}
    assert rows["order", "vendor", "shopify"]["calls"] == {"CreateOrder": 2}
    assert rows["parcel", "vendor", "shopify"]["total"] == 0, "told whole by its webhook"
