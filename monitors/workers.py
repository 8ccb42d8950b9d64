"""Parsing in child processes with limits: whatever a document does to its parser, the poller goes on.

A child reads documents from its standard input and answers on its standard output, each message a length and msgpack. It
has no secrets in its environment, 512 MB of address space and 5 s of processor time per document, after which the kernel
ends it (SIGPROF's default action stops a loop in C too). A child whose parent died reads the end of its input and ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import struct
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from monitors.parse import Document, ParsedFeed, parse_feed

Parse = Callable[[Document], Awaitable[ParsedFeed]]

MEMORY = 512 * 1024 * 1024
SECONDS = 5
"""Of the processor, so that a busy machine fails no document; on the clock it may take four times that."""
_ROOT = str(Path(__file__).resolve().parent.parent)
_LENGTH = struct.Struct(">I")


@contextlib.asynccontextmanager
async def open_parser(size: int = 2) -> AsyncIterator[Parse]:
    """Give a `Parse` over at most ``size`` child processes, started when they are needed; the rest waits.

    A document that kills its child, or takes it longer than `SECONDS`, comes back with the problem "parser". The children
    end with the context.
    """
    children: list[asyncio.subprocess.Process] = []
    free: list[asyncio.subprocess.Process] = []
    turns = asyncio.Semaphore(size)

    async def parse(document: Document) -> ParsedFeed:
        async with turns:
            child = free.pop() if free else await _start()
            children.append(child)
            try:
                async with asyncio.timeout(4 * SECONDS):
                    parsed = await _ask(child, document)
            except (OSError, EOFError, TimeoutError, msgspec.DecodeError):
                return ParsedFeed(problem="parser", words=f"the parser died or took over {SECONDS} s")
            else:
                free.append(child)
                return parsed
            finally:
                children.remove(child)
                if child not in free:
                    await _end(child)

    try:
        yield parse
    finally:
        await asyncio.gather(*(_end(child) for child in {*children, *free}))


async def _start() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "monitors.workers",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # hostile text in a traceback is nobody's news
        env={"PYTHONPATH": _ROOT},
        start_new_session=True,  # Ctrl-C is for the poller, which ends its children
    )


async def _ask(child: asyncio.subprocess.Process, document: Document) -> ParsedFeed:
    assert child.stdin is not None
    assert child.stdout is not None
    message = msgspec.msgpack.encode(document)
    child.stdin.write(_LENGTH.pack(len(message)) + message)
    await child.stdin.drain()
    (length,) = _LENGTH.unpack(await child.stdout.readexactly(_LENGTH.size))
    return msgspec.msgpack.decode(await child.stdout.readexactly(length), type=ParsedFeed)


async def _end(child: asyncio.subprocess.Process) -> None:
    """Let a child end: an idle one does at the end of its input, a dead one has; a busy one is killed.

    Not killed at once: `kill` would reap a dead one before asyncio does, which asyncio does not forgive.
    """
    if child.stdin is not None:
        child.stdin.close()
    try:
        async with asyncio.timeout(0.5):
            await child.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


# --- the child ------------------------------------------------------------------------------------------------------


def serve(documents: BinaryIO, answers: BinaryIO) -> None:
    """Answer documents until there are no more."""
    while header := documents.read(_LENGTH.size):
        document = msgspec.msgpack.decode(documents.read(*_LENGTH.unpack(header)), type=Document)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        try:
            parsed = parse_feed(document)
        except (MemoryError, RecursionError) as error:
            parsed = ParsedFeed(
                problem="parser", words=f"the parser ran out of {type(error).__name__.removesuffix('Error')}"
            )
        message = msgspec.msgpack.encode(parsed)
        signal.setitimer(signal.ITIMER_PROF, 0)
        answers.write(_LENGTH.pack(len(message)) + message)
        answers.flush()


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # nobody else may write among the answers
    serve(sys.stdin.buffer, answers)
