"""The benchmark of catalogues at its smallest: that it runs to its end and finds what it should. Nothing is timed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
SECONDS = 180
READ = {"RunBulk", "BulkState", "BulkFile"}


def test_everything_is_made_once_and_a_second_pass_writes_nothing() -> None:
    command = [sys.executable, "-m", "bench.catalogue", "--variants", "60", "--sweep-variants", "0", "--json"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert not any(found["wrote"].values()), found["wrote"]
    assert found["made"]["calls"]["MakeProduct"] == 6
    assert set(found["again"]["calls"]) == READ
    assert found["again"]["calls"]["BulkFile"] == 1
    assert sum(found[part]["throttled"] for part in ("read", "made", "again")) == 0
