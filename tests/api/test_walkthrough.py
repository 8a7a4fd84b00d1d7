"""The guide's examples, run as they stand against a live server; and the same write by several at once.

Not here: what each endpoint answers (test_answers.py).
"""

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from crossdock.models import Parcel, Vendor
from crossdock.operations.tokens import SCOPES
from tests.api.calls import ApiWorld, token
from tests.conftest import ALL, ROOT

GUIDE = ROOT / "docs" / "guide" / "api.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def run(words: list[str], text: str, address: str, secret: str) -> str:
    environment = os.environ | {"CROSSDOCK": address, "TOKEN": secret}
    done = subprocess.run(words, input=text, capture_output=True, text=True, env=environment, timeout=60, check=False)
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


@pytest.mark.django_db(transaction=True)
def test_the_guide_runs(live_server: Any) -> None:
    if shutil.which("curl") is None:
        words = "no curl (Debian: apt-get install curl)"
        pytest.fail(words) if ALL else pytest.skip(words)
    world = ApiWorld()
    secret, address = token(world.place), live_server.url
    shell = [run(["bash", "-e"], block, address, secret) for block in blocks("bash")]
    assert len(shell) == 3
    assert json.loads(shell[0])["marketplace"] == "harbour"
    assert [row["id"] for row in json.loads(shell[1])["items"]] == [world.order.pk]
    assert Vendor.objects.get(name="Nord Ost").email == "shop@nordost.example"
    (python,) = blocks("python")
    said = run([sys.executable, "-"], python, address, secret)
    assert said == f"{world.by_hand.reference} shipped as hand:2\n"
    assert run([sys.executable, "-"], python, address, secret) == ""  # nothing is left
    assert Parcel.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_write_by_several_at_once_happens_once(live_server: Any) -> None:
    world = ApiWorld()
    headers = {
        "Authorization": f"Bearer {token(world.place)}",
        "Content-Type": "application/json",
        "Idempotency-Key": "the-same",
    }

    def send(_: int) -> tuple[int, bytes]:
        answer = requests.post(f"{live_server.url}/api/v1/vendors", '{"name": "Nord Ost"}', headers=headers, timeout=60)
        return answer.status_code, answer.content

    with ThreadPoolExecutor(4) as several:
        answers = set(several.map(send, range(4)))
    assert len(answers) == 1
    assert Vendor.objects.filter(name="Nord Ost").count() == 1


def test_the_guide_names_every_scope() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [scope for scope in SCOPES if f"`{scope}`" not in text] == []
