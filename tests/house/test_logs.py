"""The log: one line an event, for people or machines, with nothing secret under a telling name."""

import json
import subprocess
import sys

SCRIPT = """
import logging, sys, structlog
from crossdock import logs
logs.configure(sys.argv[1], as_json=sys.argv[2] == "json")
log = structlog.get_logger("hub")
log.debug("quiet")
log.info("pushed", order="#1001", token="shpat_123", email="a@example.com")
logging.getLogger("library").warning("careful %s", 7)
secret_local = "hunter" + "2"
def sign_in(password):
    raise ValueError("odd")
try:
    sign_in(secret_local)
except ValueError:
    log.exception("failed")
"""


def lines(level: str, how: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, level, how],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": "src"},
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_lines_for_machines() -> None:
    pushed, careful, failed = map(json.loads, lines("info", "json"))
    assert (pushed["event"], pushed["level"], pushed["order"]) == ("pushed", "info", "#1001")
    assert pushed["token"] == pushed["email"] == "…"
    assert careful["event"] == "careful 7"
    assert "ValueError: odd" in failed["exception"]


def test_lines_for_people() -> None:
    said = lines("info", "")
    assert "pushed" in said[0]
    assert "order=#1001" in said[0]
    assert not any("shpat_123" in line or "a@example.com" in line for line in said)
    assert "ValueError: odd" in said[-1]
    assert lines("warning", "")[0].count("careful 7") == 1


def test_tracebacks_do_not_show_variables() -> None:
    for how in ("", "json"):
        assert "hunter2" not in "".join(lines("info", how))
