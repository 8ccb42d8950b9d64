"""Go or no-go: the broker that the tests, `make kafka` and the demo stand on."""

from __future__ import annotations

import asyncio
import re
import socket
from datetime import timedelta
from pathlib import Path

import aiokafka
import pytest
from kafka import KafkaAdminClient, KafkaConsumer
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.structs import OffsetAndMetadata, TopicPartition

from deploy.kafka import Broker, BrokerError
from deploy.kafka.broker import QUICK_RESTART, properties
from deploy.kafka.jars import JarError, jars, locked, wrong
from streams import topics
from tests.fakes.kafka import Kafka, wait_for

pytestmark = pytest.mark.kafka


def resident_mebibytes(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) // 1024


def test_a_broker_starts_small_and_logs_with_a_binding(own_broker: Broker) -> None:
    assert own_broker.pid
    assert resident_mebibytes(own_broker.pid) < 700
    assert "StaticLoggerBinder" not in own_broker.log.read_text()
    assert "Kafka Server started" in own_broker.log.read_text()


def test_a_killed_broker_comes_back_with_its_cluster_topics_records_and_offsets(own_broker: Broker) -> None:
    kafka = Kafka(own_broker.address, "kept")
    topics.ensure(kafka.address, kafka.prefix)
    kafka.produce(topics.ARTICLES, [b"one", b"two", b"three"])
    at = TopicPartition(kafka.topic(topics.ARTICLES), 0)
    consumer = KafkaConsumer(bootstrap_servers=kafka.address, group_id="kept", enable_auto_commit=False)
    consumer.commit({at: OffsetAndMetadata(7, "", -1)})
    consumer.close()
    meta = own_broker.folder / "data" / "meta.properties"
    cluster = meta.read_text()

    own_broker.kill()
    own_broker.start()

    consumer = KafkaConsumer(bootstrap_servers=kafka.address, group_id="kept", enable_auto_commit=False)
    committed = consumer.committed(at)
    consumer.close()
    assert (cluster, 7) == (meta.read_text(), committed)
    assert {b"one", b"two", b"three"} == set(kafka.values(topics.ARTICLES))
    assert topics.compare(kafka.address, kafka.prefix) == ()


def test_two_brokers_run_side_by_side(own_broker: Broker, broker_address: str) -> None:
    assert own_broker.address != broker_address
    assert all(topics.ensure(address, "beside") for address in (own_broker.address, broker_address))


def test_kafka_python_writes_what_aiokafka_reads(kafka: Kafka) -> None:
    kafka.produce(topics.CANARY, [b"hello"])

    async def read() -> bytes:
        consumer = aiokafka.AIOKafkaConsumer(
            kafka.topic(topics.CANARY), bootstrap_servers=kafka.address, auto_offset_reset="earliest"
        )
        await asyncio.wait_for(consumer.start(), 20)
        try:
            return bytes((await asyncio.wait_for(consumer.getone(), 20)).value)
        finally:
            await consumer.stop()

    assert asyncio.run(read()) == b"hello"


def test_topics_are_made_once_and_then_equal_to_what_is_wanted(broker_address: str) -> None:
    made = topics.ensure(broker_address, "made")
    assert {topics.full_name("made", topic.name) for topic in topics.TOPICS} == {one.name for one in made}
    assert {"created"} == {one.what for one in made}
    assert topics.ensure(broker_address, "made") == ()
    topics.require(broker_address, "made")


def test_what_somebody_changed_is_reported_and_left_alone(broker_address: str) -> None:
    topics.ensure(broker_address, "changed")
    name = topics.full_name("changed", topics.ALERTS)
    admin = KafkaAdminClient(bootstrap_servers=broker_address)
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {"retention.ms": "1000"})])
    admin.create_partitions({name: 5})
    admin.close()

    def found() -> set[str]:
        return {str(difference) for difference in topics.ensure(broker_address, "changed")}

    expected = {
        f"{name}: retention.ms: found 1000; expected {int(timedelta(days=90).total_seconds() * 1000)}",
        f"{name}: partitions: found 5; expected 3",
    }
    wait_for(lambda: found() == expected)  # a change takes a moment to be seen by every part of the broker
    assert expected == found()
    topics.require(broker_address, "changed")  # more partitions are no reason to stop


def test_missing_topics_and_missing_partitions_are_refused_by_name(broker_address: str) -> None:
    with pytest.raises(topics.TopicsUnready, match=r"nothing\.articles\.v1 has 0 of 6 partitions.*wirewatch topics"):
        topics.require(broker_address, "nothing")
    admin = KafkaAdminClient(bootstrap_servers=broker_address)
    admin.create_topics({"few.findings.v1": {"num_partitions": 2, "replication_factor": 1}}, wait_for_metadata=True)
    admin.close()
    with pytest.raises(topics.TopicsUnready, match=r"few\.findings\.v1 has 2 of 6 partitions"):
        topics.require(broker_address, "few")


def test_a_broker_that_is_not_there_is_said_to_be_not_there() -> None:
    with pytest.raises(topics.TopicsUnready, match=r"127\.0\.0\.1:1 does not answer"):
        topics.require("127.0.0.1:1", "wirewatch")


# --- starting it ----------------------------------------------------------------------------------------------------


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BrokerError, match=f"port {port} .* is taken"):
            Broker(tmp_path, port=port).start()


def test_a_broker_that_dies_at_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    broker = Broker(tmp_path, settings={"num.io.threads": "none"})
    with pytest.raises(BrokerError, match=r"num\.io\.threads"):
        broker.start()
    assert broker.pid is None


def test_every_setting_stands_on_a_line_of_its_own(tmp_path: Path) -> None:
    lines = properties(tmp_path, 1, 2, QUICK_RESTART).splitlines()
    assert all(re.fullmatch(r"[a-z.]+=[^ #]+", line) for line in lines)
    assert "broker.session.timeout.ms=3000" in lines


# --- the jars -------------------------------------------------------------------------------------------------------


def test_a_half_download_never_counts(tmp_path: Path) -> None:
    def half(into: Path) -> None:
        (into / "kafka_2.13-4.2.1.jar").write_bytes(b"half")
        raise ConnectionError("gone")

    with pytest.raises(JarError, match="gone"):
        jars(lambda _: None, tmp_path, half)
    assert list(tmp_path.iterdir()) == []


def test_a_jar_with_other_bytes_is_refused(tmp_path: Path) -> None:
    def forged(into: Path) -> None:
        for name in locked():
            (into / name).write_bytes(b"forged")

    with pytest.raises(JarError, match=r"HdrHistogram.*other bytes"):
        jars(lambda _: None, tmp_path, forged)
    assert list(tmp_path.iterdir()) == []


def test_missing_and_unlisted_jars_are_named(tmp_path: Path) -> None:
    (tmp_path / "b.jar").write_bytes(b"")
    assert wrong(tmp_path, {"a.jar": "00"}) == ("a.jar: missing", "b.jar: not listed")


def test_the_second_start_fetches_nothing(tmp_path: Path) -> None:
    source = jars(lambda _: None)
    said: list[str] = []

    def copy(into: Path) -> None:
        for jar in source.glob("*.jar"):
            (into / jar.name).hardlink_to(jar)

    assert jars(said.append, tmp_path, copy) == jars(said.append, tmp_path, lambda _: pytest.fail("fetched again"))
    assert len(said) == 1
