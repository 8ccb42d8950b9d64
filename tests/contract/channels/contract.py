"""What every channel must hold. To test a new one: subclass `ChannelContract`, give it a `Bench` and its retry table."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Protocol, TypeVar

import pytest

from streams.core.model import Alert
from streams.deliver.base import Channel, Delivery, DeliveryError, Failure, Outcome
from tests.fakes.alerts import ALERT, HOSTILE, HUGE, delivery

T = TypeVar("T")
RetryTable = dict[str, tuple[Outcome, Failure]]


class Bench(Protocol):
    """A channel with what stands at its other end."""

    @property
    def channel(self) -> Channel:
        """The channel under test."""
        ...

    def trouble(self, name: str) -> None:
        """Make the next call meet this trouble, one of the retry table."""
        ...

    def arrived(self) -> list[str]:
        """Return what was accepted at the other end, as the text that people would see."""
        ...


class ChannelContract:
    """The promises of `streams.deliver.base.Channel`."""

    address: ClassVar[str]
    retry_table: ClassVar[RetryTable]
    """Trouble to what the error must say."""
    secrets: ClassVar[tuple[str, ...]]
    """What must never be in an error or a log line."""
    live: ClassVar[tuple[str, ...]]
    """What must never arrive, whatever the alert says."""

    def bench(self) -> AbstractAsyncContextManager[Bench]:
        """Return an opened bench."""
        raise NotImplementedError

    def on_bench(self, scenario: Callable[[Bench], Awaitable[T]]) -> T:
        """Run the scenario on a bench of its own, with a limit in time, and close the channel."""

        async def run() -> T:
            async with asyncio.timeout(20), self.bench() as bench:
                try:
                    return await scenario(bench)
                finally:
                    await bench.channel.close()

        return asyncio.run(run())

    def sent(self, said: Alert = ALERT) -> Delivery:
        return delivery(said, channel=self.address)

    def test_its_scheme_is_that_of_its_addresses(self) -> None:
        async def scenario(bench: Bench) -> str:
            return bench.channel.scheme

        assert self.on_bench(scenario) == self.address.partition(":")[0]

    def test_an_alert_arrives_once_with_its_headline_and_a_message_id(self) -> None:
        async def scenario(bench: Bench) -> tuple[str, list[str]]:
            return await bench.channel.send(self.sent()), bench.arrived()

        message_id, arrived = self.on_bench(scenario)
        assert message_id
        assert ["".join(ALERT.headline.split()) in "".join(text.replace("▌", "").split()) for text in arrived] == [True]

    def test_each_trouble_is_what_the_retry_table_says(self) -> None:
        async def scenario(bench: Bench) -> dict[str, tuple[Outcome, Failure]]:
            return {name: said(await self.failure(bench, name)) for name in self.retry_table}

        assert self.on_bench(scenario) == self.retry_table

    async def failure(self, bench: Bench, trouble: str) -> DeliveryError:
        bench.trouble(trouble)
        with pytest.raises(DeliveryError) as caught:
            await bench.channel.send(self.sent())
        return caught.value

    def test_no_error_and_no_log_line_holds_a_secret(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)

        async def scenario(bench: Bench) -> list[str]:
            errors = [await self.failure(bench, name) for name in self.retry_table]
            await bench.channel.send(self.sent())
            return [f"{error} {error!r} {error.__cause__} {bench.channel!r}" for error in errors]

        words = "\n".join([*self.on_bench(scenario), caplog.text])
        assert [secret for secret in self.secrets if secret in words] == []

    def test_a_hostile_alert_arrives_as_mere_words(self) -> None:
        async def scenario(bench: Bench) -> list[str]:
            await bench.channel.send(self.sent(said=HOSTILE))
            return bench.arrived()

        (arrived,) = self.on_bench(scenario)
        assert [sign for sign in self.live if sign in arrived] == []

    def test_an_alert_of_any_size_arrives(self) -> None:
        async def scenario(bench: Bench) -> list[str]:
            await bench.channel.send(self.sent(said=HUGE))
            return bench.arrived()

        (arrived,) = self.on_bench(scenario)
        assert "not verified by this desk" in arrived

    def test_find_never_says_that_a_message_is_absent_when_it_arrived(self) -> None:
        async def scenario(bench: Bench) -> bool:
            message_id = await bench.channel.send(self.sent())
            try:
                return await bench.channel.find(self.sent()) == message_id
            except DeliveryError as error:
                return error.outcome in {"unknown", "rejected"}  # it cannot tell, now or ever

        assert self.on_bench(scenario)

    def test_revising_a_root_that_does_not_exist_is_harmless(self) -> None:
        async def scenario(bench: Bench) -> list[str]:
            await bench.channel.revise_root(self.sent())
            return bench.arrived()

        assert self.on_bench(scenario) == []


def said(error: DeliveryError) -> tuple[Outcome, Failure]:
    return error.outcome, error.reason
