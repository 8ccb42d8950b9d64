from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import ClassVar

from streams.deliver.console import Console
from tests.contract.channels.contract import Bench, ChannelContract, RetryTable


class Screen(io.StringIO):
    """A stream that may be cut off."""

    broken = ""

    def write(self, text: str) -> int:
        trouble, self.broken = self.broken, ""
        if trouble == "nobody reads the pipe":
            raise BrokenPipeError
        if trouble == "closed":
            raise ValueError("I/O operation on closed file")
        return super().write(text)


@dataclass
class ConsoleBench:
    screen: Screen = field(default_factory=Screen)

    def __post_init__(self) -> None:
        self.channel = Console(self.screen)

    def trouble(self, name: str) -> None:
        self.screen.broken = name

    def arrived(self) -> list[str]:
        return [self.screen.getvalue()] if self.screen.getvalue() else []


class TestConsole(ChannelContract):
    address = "console:"
    retry_table: ClassVar[RetryTable] = {
        "nobody reads the pipe": ("not_sent", "channel"),
        "closed": ("not_sent", "channel"),
    }
    secrets = ()
    live = ("\x1b", "\x07", "\u202e", "\u200b", "\ud800")

    @asynccontextmanager
    async def bench(self) -> AsyncIterator[Bench]:
        yield ConsoleBench()
