"""Foreign words made fit to show, whatever the channel: nothing invisible, nothing that moves a cursor, safe links.

No channel's markup is known here.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit

_SPACES = re.compile(r"[^\S\n]+")
_LONGEST_LINK = 2000  # browsers and Slack's mrkdwn both take more; nobody reads a longer one

# RFC 3986: unreserved and reserved characters and "%" stay; "|", "<", ">", quotes, spaces and all else are encoded.
_URL_SAFE = "%/:?#[]@!$&'()*+,;=~-._"


def clean(text: str) -> str:
    """Return the words on one line, without characters that are not seen.

    Dropped: control and format characters (terminal escapes, bidi overrides, zero-width), lone surrogates, private use.
    Every run of white space becomes one space, also at the ends: runs are joined by their callers.
    """
    return _SPACES.sub(" ", clean_lines(text).replace("\n", " "))


def clean_lines(text: str) -> str:
    """Return the words like `clean`, but keep line breaks (several in a row become one)."""
    seen = text if text.isprintable() else "".join(map(_shown, text))  # nearly all text is printable as it is
    return re.sub(r"\s*\n\s*", "\n", _SPACES.sub(" ", seen))


def _shown(character: str) -> str:
    if character in "\n\v\f\x85\u2028\u2029":
        return "\n"
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} else character


def safe_link(url: str) -> str | None:
    """Return the URL percent-encoded, or None if it must not be clickable.

    Clickable is http or https with a host, without a user name or password (``https://bank.example@evil.example``), up to
    2,000 characters. The result holds no white space, double quote, backtick, ``|``, ``<`` or ``>``.
    """
    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            return None
        if not parts.netloc.isascii():
            port = f":{parts.port}" if parts.port else ""
            parts = parts._replace(netloc=parts.hostname.encode("idna").decode() + port)
        encoded = quote(parts.geturl(), safe=_URL_SAFE)
    except ValueError:  # an impossible port or IPv6 host, a host that IDNA refuses, a lone surrogate
        return None
    return encoded if len(encoded) <= _LONGEST_LINK else None
