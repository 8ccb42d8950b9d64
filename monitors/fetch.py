"""One conditional GET of a feed, with every limit. Trouble is a value: nothing is raised for what servers or networks do.

A feed's URL, its redirects and its host's DNS are in the hands of others, so the address is checked where the socket is
made: no name that changes its mind and no spelling of an address gets past that.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ipaddress
import socket
import threading
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult

from monitors.feeds import Feed
from monitors.schedule import (
    Failed,
    Fetched,
    Outcome,
    PollState,
    Trouble,
    Unchanged,
    Validators,
    retry_after,
    wants_validators,
)

Fetch = Callable[[Feed, PollState, datetime], Awaitable[Outcome]]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds to connect, to the first byte and in all; bytes on the wire and after decoding; how far a body may inflate."""

    connect: float = 5
    first_byte: float = 10
    total: float = 20
    wire: int = 8 * 1024 * 1024
    decoded: int = 32 * 1024 * 1024
    ratio: int = 100


REDIRECTS = 5
_PORTS = frozenset({80, 443, 8080, 8443})
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
)
_STATUS: Mapping[int, Trouble] = {
    401: "blocked",
    403: "blocked",
    404: "missing",
    410: "gone",
    429: "throttled",
    503: "throttled",
}


class _Trouble(Exception):  # noqa: N818 - it never leaves the module
    """The request came to nothing: carries the value to return."""

    def __init__(self, trouble: Trouble, words: str) -> None:
        super().__init__(words)
        self.failed = Failed(trouble=trouble, words=words)


class AddressRefusedError(OSError):
    """The address is not one of the open internet."""


@contextlib.asynccontextmanager
async def open_fetch(
    *, user_agent: str, secrets: Mapping[str, str] | None = None, limits: Limits | None = None
) -> AsyncIterator[Fetch]:
    """Give a `Fetch` over kept connections; they close with the context.

    ``user_agent`` tells publishers who we are and how to reach us: ``wirewatch/<version> (+contact)``. ``secrets`` are the
    values that feeds name under ``headers``.
    """
    bounds = limits or Limits()
    async with _session(user_agent, bounds, _public_socket) as public, _session(user_agent, bounds, None) as private:

        async def fetch(feed: Feed, state: PollState, now: datetime) -> Outcome:
            sessions = _Sessions(public=public, private=private)
            return await _fetch(sessions, feed, state, now, secrets=secrets or {}, limits=bounds)

        yield fetch


class _Sessions(msgspec.Struct, frozen=True, kw_only=True):
    """Connections to the open internet only, and to anywhere."""

    public: aiohttp.ClientSession
    private: aiohttp.ClientSession


def _session(
    user_agent: str, limits: Limits, make_socket: Callable[..., socket.socket] | None
) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=0, resolver=_Resolver(), ttl_dns_cache=60, keepalive_timeout=75, socket_factory=make_socket
        ),
        timeout=aiohttp.ClientTimeout(total=limits.total, connect=limits.connect, sock_read=limits.first_byte),
        headers={"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"},
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
    )


# --- one GET --------------------------------------------------------------------------------------------------------


async def _fetch(
    sessions: _Sessions,
    feed: Feed,
    state: PollState,
    now: datetime,
    *,
    secrets: Mapping[str, str],
    limits: Limits,
) -> Outcome:
    try:
        async with asyncio.timeout(limits.total), _followed(sessions, feed, state, secrets) as response:
            return await _outcome(response, state, now, limits)
    except _Trouble as trouble:
        return trouble.failed
    except (aiohttp.ClientError, OSError, ValueError, TimeoutError, zlib.error) as error:
        return Failed(trouble=_trouble_of(error), words=_words_of(error))


@contextlib.asynccontextmanager
async def _followed(
    sessions: _Sessions, feed: Feed, state: PollState, secrets: Mapping[str, str]
) -> AsyncIterator[aiohttp.ClientResponse]:
    """Give the response at the end of the redirects.

    What a feed is trusted with ends where a redirect leads away: a private feed's leave to go inside our network at its
    own host, secrets at its own origin.
    """
    url, home = feed.url, urlsplit(feed.url)
    for _ in range(REDIRECTS + 1):
        here = urlsplit(url)
        private = feed.private and here.hostname == home.hostname
        _check_url(url, private=private)
        headers = _conditions(state)
        if (here.scheme, here.netloc) == (home.scheme, home.netloc):
            headers |= _secret_headers(feed, secrets)
        session = sessions.private if private else sessions.public
        async with session.get(url, headers=headers, allow_redirects=False) as response:
            to = response.headers.get("Location")
            if response.status not in {301, 302, 303, 307, 308} or to is None:
                yield response
                return
            url = urljoin(url, to)
    raise _Trouble("redirects", f"more than {REDIRECTS} redirects")


async def _outcome(response: aiohttp.ClientResponse, state: PollState, now: datetime, limits: Limits) -> Outcome:
    raw = {name.lower(): value for name, value in response.raw_headers}
    validators = Validators(etag=raw.get(b"etag"), last_modified=raw.get(b"last-modified"))
    if response.status == 304 and _conditions(state):
        return Unchanged(validators=validators if validators != Validators() else state.validators, by_server=True)
    if response.status not in {200, 203}:
        return _refusal(response, now)
    body = await _body(response, limits)
    body_hash = hashlib.sha256(body).hexdigest()
    if body_hash == state.body_hash:
        return Unchanged(validators=validators, by_server=False)
    return Fetched(
        url=str(response.url),
        body=body,
        body_hash=body_hash,
        content_type=response.headers.get("Content-Type", "")[:200],
        validators=validators,
    )


def _refusal(response: aiohttp.ClientResponse, now: datetime) -> Failed:
    wait = retry_after(response.headers.get("Retry-After"), _server_time(response, now))
    trouble = _STATUS.get(response.status, "server")
    if trouble == "blocked" and wait is not None and response.status == 403:
        trouble = "throttled"
    return Failed(
        trouble=trouble, words=f"HTTP status {response.status}", retry_after=wait if trouble == "throttled" else None
    )


def _server_time(response: aiohttp.ClientResponse, now: datetime) -> datetime:
    """Return the server's own time: its Retry-After date is by its clock, which may be wrong."""
    try:
        said = parsedate_to_datetime(response.headers.get("Date", ""))
    except ValueError:
        return now
    return said if said.tzinfo else now


# --- what is sent ---------------------------------------------------------------------------------------------------


def _conditions(state: PollState) -> dict[str, str]:
    if not wants_validators(state) or state.body_hash is None:
        return {}
    sent = {"If-None-Match": state.validators.etag, "If-Modified-Since": state.validators.last_modified}
    return {name: value.decode() for name, value in sent.items() if value is not None and _is_sendable(value)}


def _is_sendable(value: bytes) -> bool:
    """Return whether a header value can go back byte for byte: the client sends UTF-8 only."""
    try:
        return len(value) <= 1024 and value.decode().isprintable()
    except UnicodeDecodeError:
        return False


def _secret_headers(feed: Feed, secrets: Mapping[str, str]) -> dict[str, str]:
    missing = [secret for _, secret in feed.headers if secret not in secrets]
    if missing:
        raise _Trouble("secret", f"the secret {missing[0]} is not set")
    return {header: secrets[secret] for header, secret in feed.headers}


# --- where we go ----------------------------------------------------------------------------------------------------


def _check_url(url: str, *, private: bool) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _Trouble("refused", f"not a web address: the scheme is {parts.scheme[:20] or 'missing'}")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    if not private and port not in _PORTS:
        raise _Trouble("refused", f"port {port} is not one that feeds are served on")


def is_public(address: str) -> bool:
    """Return whether this IP address belongs to the open internet.

    Refused besides everything the IANA registries call not global: shared space (CGNAT), multicast, and every form that
    carries another address inside it: v4-mapped, 6to4, Teredo, NAT64 (which is judged by the address inside).
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if ip.ipv4_mapped or ip.sixtofour or ip.teredo or ip.is_site_local or any(ip in net for net in _REFUSED_V6):
            return False
    elif ip in _REFUSED_V4:
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052: how hosts without IPv4 reach IPv4
_REFUSED_V6 = (
    ipaddress.IPv6Network("::/96"),  # v4-compatible, RFC 4291
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # NAT64 for local use, RFC 8215
    ipaddress.IPv6Network("5f00::/16"),  # segment routing, RFC 9602
    ipaddress.IPv6Network("3fff::/20"),  # documentation, RFC 9637
)
_REFUSED_V4 = ipaddress.IPv4Network("192.88.99.0/24")  # 6to4 relays, RFC 7526


def _public_socket(
    addr_info: tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[str | int, ...]],
) -> socket.socket:
    family, kind, proto, _, address = addr_info
    if not is_public(str(address[0])):
        raise AddressRefusedError("not an address of the open internet")
    return socket.socket(family, kind, proto)


class _Resolver(AbstractResolver):
    """Look names up in threads of our own.

    Those of the event loop's pool are joined at exit, and a dead DNS server holds one for half a minute.
    """

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[ResolveResult]] = loop.create_future()

        def tell(addresses: list[ResolveResult], error: OSError | UnicodeError | None) -> None:
            if answer.done():
                return
            if error is not None:
                answer.set_exception(OSError(str(error)))
            else:
                answer.set_result(addresses)

        def ask() -> None:
            addresses: list[ResolveResult] = []
            failed: OSError | UnicodeError | None = None
            try:
                found = socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
                addresses = [
                    ResolveResult(
                        hostname=host,
                        host=str(address[0]),
                        port=port,
                        family=kind,
                        proto=proto,
                        flags=socket.AI_NUMERICHOST,
                    )
                    for kind, _, proto, _, address in found
                ]
            except (OSError, UnicodeError) as error:
                failed = error
            with contextlib.suppress(RuntimeError):  # the loop is gone: nobody waits any more
                loop.call_soon_threadsafe(tell, addresses, failed)

        threading.Thread(target=ask, name=f"dns {host}", daemon=True).start()
        return await answer

    async def close(self) -> None:
        """Nothing to let go of."""


# --- the body -------------------------------------------------------------------------------------------------------


async def _body(response: aiohttp.ClientResponse, limits: Limits) -> bytes:
    """Return the decoded body; raises as soon as any limit is passed, before the bytes are held."""
    coding = response.headers.get("Content-Encoding", "").strip().lower()
    if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
        raise _Trouble("protocol", f"the coding {coding[:20]} was not asked for")
    body, wire = bytearray(), 0
    inflate = None if coding in {"", "identity"} else _Inflate()
    async for chunk in response.content.iter_any():
        wire += len(chunk)
        if wire > limits.wire:
            raise _Trouble("too_large", f"over {limits.wire:,} bytes")
        for piece in [chunk] if inflate is None else inflate.pieces(chunk):
            body += piece
            if len(body) > limits.decoded or len(body) > max(1_000_000, limits.ratio * wire):
                raise _Trouble(
                    "too_large", f"inflates beyond {limits.decoded:,} bytes or {limits.ratio} times its size"
                )
    if inflate is not None and wire and not inflate.finished:
        raise _Trouble("truncated", "the compressed body ends early")
    return bytes(body)


class _Inflate:
    """gzip (of several members, too) and deflate with or without its wrapper, 64 kB at a time."""

    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._any = False

    @property
    def finished(self) -> bool:
        """Whether the last stream came to its end."""
        return self._inflate.eof

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what this chunk inflates to."""
        while chunk:
            if self._inflate.eof:
                if not chunk.startswith(b"\x1f\x8b"):
                    return  # padding after the end
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 32)
            try:
                piece = self._inflate.decompress(chunk, 65536)
            except zlib.error:
                if self._any:
                    raise
                self._inflate = zlib.decompressobj(
                    -zlib.MAX_WBITS
                )  # deflate without its wrapper, as some servers send it
                piece = self._inflate.decompress(chunk, 65536)
            self._any = True
            yield piece
            chunk = self._inflate.unused_data or self._inflate.unconsumed_tail
            if not chunk and len(piece) == 65536 and not self._inflate.eof:
                while piece := self._inflate.decompress(b"", 65536):
                    yield piece


# --- trouble in words -----------------------------------------------------------------------------------------------


def _trouble_of(error: Exception) -> Trouble:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "dns"
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, AddressRefusedError):
        return "refused"
    if isinstance(error, aiohttp.ClientSSLError):
        return "tls"
    if isinstance(error, aiohttp.ClientPayloadError):
        return "truncated"
    if isinstance(error, aiohttp.ClientOSError | aiohttp.ServerDisconnectedError):
        return "connect"
    if isinstance(error, aiohttp.InvalidURL):
        return "refused"
    return "truncated" if isinstance(error, zlib.error) else "protocol"


def _words_of(error: Exception) -> str:
    """Return the kind of the error: its own words may hold the URL, and a URL may hold a secret."""
    inner = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else None
    words = f": {inner.strerror or inner}" if inner is not None else ""
    return f"{type(error).__name__}{words}"[:200]
