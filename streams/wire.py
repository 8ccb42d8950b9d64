"""Values to bytes and back: the envelope of every record. Pure; who sends and where is not decided here.

``{"v":1,"type":"article","id":"…","data":{…}}``. Within a major version fields are only added and unknown ones ignored; a
new major is a new topic suffix. The headers repeat id, type and version, so that auditors and replay tools need not parse
the body, and name the code that wrote it.
"""

from __future__ import annotations

import hashlib
from typing import Any, Generic, TypeVar

import msgspec

from monitors.article import Article, digest
from streams.core.model import Alert, Finding

VERSION = 1
TEXT_LIMIT = 512 * 1024
"""Bytes of text that one article may carry: a topic takes records of 1 MiB."""
CUT = " […]"

Headers = list[tuple[str, bytes]]


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A record that could not be read or finished, whole: nothing is thrown away that somebody could still mend.

    ``body``, ``key`` and the headers are the record's own bytes. ``error`` is the class of what went wrong, ``reason`` its
    words, ``attempts`` how often the record was begun, ``code`` the version that gave up.
    """

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    body: bytes
    stage: str
    error: str
    reason: str
    attempts: int
    code: str

    @property
    def letter_id(self) -> str:
        """Return its id. The bytes are part of it: offsets start again when a topic is made anew."""
        return digest("dead", self.topic, str(self.partition), str(self.offset), hashlib.sha256(self.body).hexdigest())


Value = TypeVar("Value", bound=Article | Finding | Alert | DeadLetter)
NAMES: dict[type, str] = {Article: "article", Finding: "finding", Alert: "alert", DeadLetter: "dead_letter"}


class PermanentError(Exception):
    """This record can never be finished by this code: a dead letter, with these words as its reason."""


class Unreadable(PermanentError):  # noqa: N818  # an error's name says what is the case
    """These bytes are not a value that this code can read."""


class Envelope(msgspec.Struct, Generic[Value], frozen=True, kw_only=True):
    """What stands around every value."""

    v: int
    type: str
    id: str
    data: Value


class _Label(msgspec.Struct, frozen=True):
    """The outside of an envelope: read first, so that a wrong version is told from garbage."""

    v: int
    type: str


_LABEL = msgspec.json.Decoder(_Label)
_DECODERS: dict[type, msgspec.json.Decoder[Any]] = {
    kind: msgspec.json.Decoder(Envelope[kind])  # type: ignore[valid-type]  # one per type
    for kind in NAMES
}


def identity(value: Article | Finding | Alert | DeadLetter) -> str:
    """Return the id under which the next stage's inbox knows this value."""
    match value:
        case Article():
            return value.event_id
        case Finding():
            return value.finding_id
        case Alert():
            return value.alert_id
        case DeadLetter():
            return value.letter_id


def encode(value: Article | Finding | Alert | DeadLetter, code: str) -> tuple[bytes, Headers]:
    """Return a record's body and headers. ``code`` is the version of the code that writes it.

    The same value gives the same body, always. An article's text is cut at `TEXT_LIMIT` bytes, with a mark.
    """
    kind, name = NAMES[type(value)], identity(value)
    carried = msgspec.structs.replace(value, text=_fit(value.text)) if isinstance(value, Article) else value
    body = msgspec.json.encode({"v": VERSION, "type": kind, "id": name, "data": carried})
    return body, [("id", name.encode()), ("type", kind.encode()), ("v", b"%d" % VERSION), ("code", code.encode())]


def decode(body: bytes, kind: type[Value]) -> Value:
    """Return the value in a record's body. Raises `Unreadable` with what was found and what was expected."""
    try:
        label = _LABEL.decode(body)
        if label.v != VERSION:
            raise Unreadable(f"found version {label.v}; expected {VERSION}")
        if label.type != NAMES[kind]:
            raise Unreadable(f"found type {label.type[:40]!r}; expected {NAMES[kind]!r}")
        value: Value = _DECODERS[kind].decode(body).data
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # RecursionError: a thousand brackets. msgspec names the path and the types, never the bytes.
        raise Unreadable(f"not a readable {NAMES[kind]}: {error}") from error
    return value


def _fit(text: str) -> str:
    if len(text) * 4 <= TEXT_LIMIT or len(whole := text.encode()) <= TEXT_LIMIT:
        return text
    return whole[: TEXT_LIMIT - len(CUT.encode())].decode(errors="ignore") + CUT
