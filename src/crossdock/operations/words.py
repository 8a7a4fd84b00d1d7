"""Platforms' own texts (ways to connect, why one cannot do a thing) in the reader's language.

Not here: the texts (platforms), which `make messages` takes from there into the translations.
"""

from django.utils.translation import gettext


def in_words(text: str) -> str:
    """`text` as translated; as it stands where it is not. (gettext's answer to nothing is the catalogue's head.)"""
    return gettext(text) if text else ""
