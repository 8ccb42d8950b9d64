"""Fixtures that tests of every folder may ask for. Kafka's clients are imported only where a test asks for the broker."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from deploy.kafka import Broker
    from tests.fakes.kafka import Kafka

_topics_of_tests = itertools.count()


@pytest.fixture(scope="session")
def broker_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The run's broker: started once, stopped at the end; ``WIREWATCH_TEST_KAFKA=host:port`` names another.

    A run that cannot have one fails: a skipped test would look like a held promise.
    """
    from deploy.kafka import Broker
    from deploy.kafka.broker import QUICK_RESTART

    if named := os.environ.get("WIREWATCH_TEST_KAFKA"):  # noqa: TID251  # a setting of the tests, not of the program
        yield named
        return
    broker = Broker(tmp_path_factory.mktemp("kafka"), settings=QUICK_RESTART)
    broker.start()
    yield broker.address
    broker.stop()


@pytest.fixture
def kafka(broker_address: str) -> Kafka:
    """The run's broker, with topics of this test's own under ``kafka.prefix``."""
    from streams import topics
    from tests.fakes.kafka import Kafka

    prefix = f"t{os.getpid()}-{next(_topics_of_tests)}"
    topics.ensure(broker_address, prefix)
    return Kafka(broker_address, prefix)


@pytest.fixture(scope="session")
def _mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    from deploy.kafka import Broker
    from deploy.kafka.broker import QUICK_RESTART

    broker = Broker(tmp_path_factory.mktemp("mortal-kafka"), settings=QUICK_RESTART)
    yield broker
    broker.stop()


@pytest.fixture
def own_broker(_mortal: Broker) -> Broker:
    """A running broker that may be killed: no other test uses it meanwhile. Its topics stay from test to test."""
    _mortal.start()
    return _mortal
