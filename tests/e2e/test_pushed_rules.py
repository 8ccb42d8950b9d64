"""`wirewatch rules push` on a real Kafka: all workers take one version, and nothing broken gets there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from kafka import KafkaProducer

from deploy.kafka import Broker
from streams import topics
from streams.core.model import Alert
from streams.files import NoFileError
from streams.rules_topic import KEY, Reader, make, push
from streams.wire import decode, encode
from tests.fakes.kafka import Kafka, Worker, wait_for
from tests.fakes.newsroom import DESKS, RULES, START, article
from tests.streams.test_reloading import FLOODS

pytestmark = [pytest.mark.kafka, pytest.mark.e2e]


class Hosts:
    """Two workers with a state folder of one host each, and one store; they have no rules of their own."""

    def __init__(self, kafka: Kafka, folder: Path) -> None:
        self.kafka, self.folder = kafka, folder
        self._at = ["--kafka", kafka.address, "--topic-prefix", kafka.prefix]
        self.workers: list[Worker] = []

    def push(self, rules: Path) -> tuple[int, str]:
        """Push a folder; return the exit code and what was said."""
        log = self.folder / f"push-{rules.name}.log"
        with Worker(["streams.cli", "rules", "push", str(rules), *self._at], log) as pushing:
            return pushing.ended(60), log.read_text()

    def start(self) -> None:
        words = [*self._at, "--rules-from", "topic", "--model", "none", "--metrics", "127.0.0.1:0"]
        words += ["--rules", str(self.folder / "nothing-here"), "--state", str(self.folder / "state")]
        log = self.folder / f"worker-{len(self.workers)}.log"
        self.workers.append(Worker(["streams.cli", "worker", *words], log))

    def versions(self) -> list[str]:
        """Return the version that each worker's /metrics tells; empty where it tells none yet."""
        return [self._version(worker) for worker in self.workers]

    def _version(self, worker: Worker) -> str:
        address = re.search(r"metrics  (http://\S+)/metrics", worker.said())
        if address is None:
            return ""
        with urlopen(f"{address[1]}/metrics") as answer:
            shown = re.search(r'wirewatch_rules_info\{version="(\w+)"\} 1', answer.read().decode())
        return shown[1] if shown else ""


@pytest.fixture
def hosts(own_broker: Broker, tmp_path: Path) -> Iterator[Hosts]:
    kafka = Kafka(own_broker.address, "pushed")
    topics.ensure(kafka.address, kafka.prefix)
    made = Hosts(kafka, tmp_path)
    yield made
    for worker in made.workers:
        worker.kill()


def folder(path: Path, **files: str) -> Path:
    path.mkdir()
    whole = {"desks": DESKS.replace("[strikes]", "[strikes, floods]"), "strikes": RULES, "floods": FLOODS, **files}
    for name, text in whole.items():
        (path / f"{name}.yaml").write_text(text)
    return path


def test_all_workers_take_what_is_pushed_and_match_by_it_and_nothing_broken_is_pushed(
    own_broker: Broker, hosts: Hosts, tmp_path: Path
) -> None:
    kafka = hosts.kafka
    first = folder(tmp_path / "first", floods=FLOODS.replace("[flood]", "[deluge]").replace("A flood", "A deluge"))
    second = folder(tmp_path / "second")
    assert hosts.push(first)[0] == 0
    hosts.start()
    hosts.start()
    wait_for(lambda: len(set(hosts.versions())) == 1 and all(hosts.versions()), 60)
    (before,) = set(hosts.versions())

    code, said = hosts.push(second)
    assert code == 0
    pushed = re.search(r"version (\w{12}) pushed", said)
    assert pushed is not None
    wait_for(lambda: {version[:12] for version in hosts.versions()} == {pushed[1]}, 30)
    (after,) = set(hosts.versions())
    assert after != before

    flood = article("f", "Flood reaches Odd Town", seconds=1)
    producer = KafkaProducer(bootstrap_servers=kafka.address)
    value, headers = encode(flood, "test")
    producer.send(kafka.topic(topics.ARTICLES), value, key=flood.article_id.encode(), headers=headers).get(timeout=20)
    producer.close()
    wait_for(lambda: len(kafka.records(topics.ALERTS)) == 1, 60)
    alert = decode(kafka.values(topics.ALERTS)[0], Alert)
    assert (alert.rule_ids, alert.rules_version) == (("flood",), after)

    code, said = hosts.push(folder(tmp_path / "broken", floods=FLOODS.replace("any:", "anny:")))
    assert code == 1
    assert re.search(r"floods.yaml:11:\d+: found unknown key `anny`", said)
    assert "not pushed" in said
    code, said = hosts.push(folder(tmp_path / "failing", floods=FLOODS.replace("title: A flood}", "title: A fire}")))
    assert code == 1
    assert "test `hit` of flood: does not match" in said
    assert hosts.push(second)[1].endswith(f"has these rules already, version {pushed[1]}\n")
    assert len(kafka.records(topics.RULES)) == 2
    assert set(hosts.versions()) == {after}

    own_broker.kill()
    assert set(hosts.versions()) == {after}  # the rules in force need no broker
    own_broker.start()
    assert hosts.push(first)[0] == 0
    wait_for(lambda: set(hosts.versions()) == {before}, 90)
    assert [worker.terminate() for worker in hosts.workers] == [0, 0]


def test_a_reader_has_the_newest_and_refuses_what_is_no_rules_folder(kafka: Kafka, tmp_path: Path) -> None:
    name = kafka.topic(topics.RULES)
    one, two = (make(tmp_path, {f"{tmp_path}/r.yaml": text}, {}, text, START) for text in ("one", "two"))
    with Reader(kafka.address, name, patience=10) as reader:
        with pytest.raises(NoFileError, match="found no rules; expected those of `wirewatch rules push`"):
            reader.newest()
        push(kafka.address, name, one)
        assert reader.newest() == one
        push(kafka.address, name, two)
        assert reader.newest() == two
        kafka.produce(topics.RULES, [KEY])  # somebody else's bytes under our key
        with pytest.raises(NoFileError, match="bytes that are no rules folder"):
            reader.newest()
        push(kafka.address, name, one)
        assert reader.newest() == one
