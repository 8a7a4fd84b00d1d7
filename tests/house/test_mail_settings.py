"""How mail is set up: a server by the environment, files without one; odd values are refused. Not here: notices."""

from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import override_settings

from crossdock import environment_mail
from crossdock.environment import BadSetting
from crossdock.mail_files import EmailBackend

HOST = {"CROSSDOCK_SMTP_HOST": "mail.example.com"}


def test_without_a_server_mails_become_files(tmp_path: Path) -> None:
    mail = environment_mail.mail({"CROSSDOCK_URL": "https://hub.example.com"})
    assert mail.for_django("there") == {
        "EMAIL_BACKEND": "crossdock.mail_files.EmailBackend",
        "EMAIL_FILE_PATH": "there",
    }
    assert mail.sender == "Crossdock <crossdock@hub.example.com>"
    message = EmailMultiAlternatives("Bestellung für Åsa", "plain", mail.sender, ["a@b.example"])
    message.attach_alternative("<p>rich</p>", "text/html")
    with override_settings(EMAIL_FILE_PATH=str(tmp_path / "mails")):
        assert EmailBackend().send_messages([message, message]) == 2
    files = sorted((tmp_path / "mails").iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    read = BytesParser(policy=policy.default).parsebytes(files[0].read_bytes())
    assert read["subject"] == "Bestellung für Åsa"
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_port_follows_the_encryption(tls: str, port: int) -> None:
    assert environment_mail.mail({**HOST, "CROSSDOCK_SMTP_TLS": tls}).port == port
    assert environment_mail.mail({**HOST, "CROSSDOCK_SMTP_TLS": tls, "CROSSDOCK_SMTP_PORT": "2525"}).port == 2525


def test_a_log_in_is_whole_and_never_sent_in_the_open() -> None:
    login = {**HOST, "CROSSDOCK_SMTP_USER": "me", "CROSSDOCK_SMTP_PASSWORD": "hunter2"}
    django = environment_mail.mail(login).for_django("")
    assert (django["EMAIL_HOST_USER"], django["EMAIL_USE_TLS"], django["EMAIL_USE_SSL"]) == ("me", True, False)
    with pytest.raises(BadSetting, match="CROSSDOCK_SMTP_PASSWORD: it is missing"):
        environment_mail.mail({**HOST, "CROSSDOCK_SMTP_USER": "me"})
    with pytest.raises(BadSetting, match="open line") as refused:
        environment_mail.mail({**login, "CROSSDOCK_SMTP_TLS": "none"})
    assert "hunter2" not in str(refused.value)
    assert environment_mail.mail({**login, "CROSSDOCK_SMTP_HOST": "127.0.0.1", "CROSSDOCK_SMTP_TLS": "none"}).user


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        ("http://127.0.0.1:8000", "Crossdock <crossdock@[127.0.0.1]>"),
        ("http://[::1]:8000", "Crossdock <crossdock@[IPv6:::1]>"),
        ("https://hub.example.com", "Crossdock <crossdock@hub.example.com>"),
    ],
)
def test_the_sender_is_of_the_public_address(url: str, sender: str) -> None:
    assert environment_mail.mail({"CROSSDOCK_URL": url}).sender == sender
