"""The broker's jars: fetched once per user, checked against `jars.sha256`, kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

KAFKA = "4.2.1"
# Kafka's POM names no SLF4J binding. The one for its SLF4J 1.7 is log4j-slf4j-impl, in the version of its log4j2.
# The "!" keeps log4j's dependency management from dragging kafka-clients down to 3.9.1.
ENDPOINT = f"org.apache.kafka:kafka_2.13:{KAFKA}+org.apache.logging.log4j:log4j-slf4j-impl:2.25.4!"
SUMS = Path(__file__).with_name("jars.sha256")
CACHE = Path.home() / ".cache" / "wirewatch"


class JarError(Exception):
    """The jars could not be fetched, or are not the ones that were locked."""


def locked(sums: Path = SUMS) -> dict[str, str]:
    """Return the SHA-256 of each jar by file name."""
    return {name: digest for digest, name in (line.split() for line in sums.read_text().splitlines())}


def wrong(folder: Path, expected: dict[str, str]) -> tuple[str, ...]:
    """Return what differs from the lock, one phrase per jar: missing, changed, or not listed."""
    here = {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in folder.glob("*.jar")}
    return tuple(
        f"{name}: {'missing' if name not in here else 'not listed' if name not in expected else 'other bytes'}"
        for name in sorted(here.keys() | expected.keys())
        if here.get(name) != expected.get(name)
    )


def fetch(into: Path) -> None:
    """Resolve and download the jars into this folder, flat. Needs the network; 4 to 20 s, 44 MB."""
    from jgo.env import EnvironmentBuilder, LinkStrategy  # half a second of imports, needed once per machine
    from jgo.maven import MavenContext, PythonResolver

    work = into / "work"
    # A repository of its own: a half-written file in the user's ~/.m2 would be taken for a jar.
    context = MavenContext(resolver=PythonResolver(), repo_cache=work / "m2", timeout=60)
    builder = EnvironmentBuilder(context=context, cache_dir=work / "envs", link_strategy=LinkStrategy.COPY)
    path = Path(builder.from_endpoint(ENDPOINT).path)
    for jar in [*path.glob("jars/*.jar"), *path.glob("modules/*.jar")]:
        jar.rename(into / jar.name)
    shutil.rmtree(work)


def jars(say: Callable[[str], None], cache: Path = CACHE, get: Callable[[Path], None] = fetch) -> Path:
    """Return the folder with the broker's jars, fetching them when they are not there.

    A download goes into a folder of its own and gets its name only when whole and equal to the lock, so that a half
    download never counts and two processes may fetch at once. Raises `JarError`.
    """
    final = cache / f"kafka-{KAFKA}-{hashlib.sha256(SUMS.read_bytes()).hexdigest()[:12]}"
    if final.is_dir():
        return final
    say(f"fetching Apache Kafka {KAFKA}, 44 MB of jars, once (into {final})")
    part = cache / f"{final.name}.part-{os.getpid()}"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        get(part)
        differences = wrong(part, locked())
        if not differences:
            _name(part, final)
    except Exception as error:
        raise JarError(f"cannot fetch the jars of Apache Kafka {KAFKA} ({type(error).__name__}: {error})") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    if differences:
        raise JarError(f"the jars fetched differ from {SUMS.name}: {'; '.join(differences[:5])}")
    return final


def _name(part: Path, final: Path) -> None:
    try:
        part.rename(final)
    except OSError:  # another process was faster, and its jars passed the same check
        if not final.is_dir():
            raise
