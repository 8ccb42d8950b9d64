"""`python -m deploy.demo`: the recorded news day, served by a local publisher and watched by wirewatch.

    publisher (this process) ◀─GET── wirewatch run ──▶ your terminal (and Slack, with SLACK_BOT_TOKEN)

With ``--kafka`` the watching is done by ``poll``, ``worker`` and ``deliver`` around a real broker. Only the feeds file and
the settings are the demo's: wirewatch itself does not know.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import aiohttp

from deploy.demo.publisher import Pace, Publisher, feeds_file
from deploy.demo.recorded import Day, load_day

ROOT = Path(__file__).resolve().parents[2]
DEMO = Path("var/demo")
QUIET = "\033[2m{}\033[0m" if sys.stdout.isatty() else "{}"


def say(text: str) -> None:
    """Print a line of the demo's own, at once and apart from wirewatch's."""
    print(QUIET.format(f"[demo] {text}"), flush=True)


def main() -> int:
    """Play the day; return 0 when wirewatch ended well, also after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m deploy.demo", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kafka", action="store_true", help="with a broker, poll, worker and deliver")
    parser.add_argument("--seconds", type=seconds, default=75, help="how long the day takes, 5 to 3600 (default: 75)")
    parser.add_argument("--keep", action="store_true", help="go on when the day is over, until Ctrl-C")
    parser.add_argument("--events", action="store_true", help="also say what each outlet publishes")
    chosen = parser.parse_args()
    DEMO.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=DEMO) as folder:
        if not chosen.kafka:
            return asyncio.run(play(chosen, Path(folder), kafka=None))
        from deploy.kafka import Broker, BrokerError

        broker = Broker(Path(folder) / "kafka", say=say)
        say("starting a real Apache Kafka (the first time its jars are fetched)")
        try:
            broker.start()
            say(f"the broker listens on {broker.address}")
            return asyncio.run(play(chosen, Path(folder), kafka=broker.address))
        except BrokerError as error:
            say(str(error))
            return 1
        except KeyboardInterrupt:
            return 0
        finally:
            broker.stop()


def seconds(typed: str) -> float:
    """Return the length of the day; raises what argparse turns into a clear line."""
    value = float(typed)
    if not 5 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"found {typed}; expected 5 to 3600")
    return value


async def play(chosen: argparse.Namespace, folder: Path, kafka: str | None) -> int:
    """Serve and watch the day; return the exit status of the program."""
    day = load_day()
    clock = Pace(day, chosen.seconds, time.monotonic)
    publisher = Publisher(day, clock)
    await publisher.start()
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    watchers: list[Watcher] = []
    try:
        feeds = folder / "feeds.yaml"
        feeds.write_text(feeds_file(day, publisher.base), encoding="utf-8")
        tell_start(day, chosen.seconds, publisher.base)
        environment = {"WIREWATCH_FEEDS": str(feeds), "WIREWATCH_STATE": str(folder / "state")}
        environment |= {"WIREWATCH_RULES": str(ROOT / "rules")}
        # The alerts are what there is to see; a line of log per article would hide them. Your own wish goes before.
        environment["WIREWATCH_LOG_LEVEL"] = os.environ.get("WIREWATCH_LOG_LEVEL", "warning")  # noqa: TID251  # passed on
        if kafka is not None:
            environment["WIREWATCH_KAFKA"] = kafka
            topics = await start(("topics",), environment)
            if await topics.process.wait():
                say("`wirewatch topics` failed; nothing else was started")
                return 1
        for command in ("run",) if kafka is None else ("deliver", "worker", "poll"):
            watchers.append(await start((command,), environment))  # noqa: PERF401  # each is known as soon as it lives
        whole = asyncio.ensure_future(spectate(day, clock, publisher, watchers, chosen))
        ended = [asyncio.ensure_future(watcher.process.wait()) for watcher in watchers]
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait([whole, stopped, *ended], return_when=asyncio.FIRST_COMPLETED)
        whole.cancel()
        stopped.cancel()
        with suppress(asyncio.CancelledError):
            await whole
        counts = await scraped(watchers)
        failed = [watcher for watcher in watchers if watcher.process.returncode is not None]
        for watcher in failed:
            say(f"`wirewatch {watcher.command}` ended by itself with status {watcher.process.returncode}; see above")
        if failed:
            return 1
        await asyncio.gather(*(end(watcher) for watcher in watchers))  # its last words before ours
        tell_end(counts, stopped=stop.is_set())
        return 0
    finally:
        await asyncio.gather(*(end(watcher) for watcher in watchers))
        await publisher.stop()


# --- the processes that watch ---------------------------------------------------------------------------------------


class Watcher:
    """A running wirewatch command; ``metrics`` is the address of its metrics."""

    def __init__(self, command: str, process: asyncio.subprocess.Process, metrics: str) -> None:
        self.command = command
        self.process = process
        self.metrics = metrics


async def start(command: Sequence[str], environment: Mapping[str, str]) -> Watcher:
    """Start a wirewatch command on this terminal, in a session of its own: Ctrl-C is for us, we pass it on."""
    from deploy.kafka.broker import free_port

    metrics = f"127.0.0.1:{free_port()}"
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("wirewatch")),
        *command,
        env={**os.environ, **environment, "WIREWATCH_METRICS": metrics},  # noqa: TID251  # passed on, not read
        start_new_session=True,
    )
    return Watcher(command[0], process, f"http://{metrics}/metrics")


async def end(watcher: Watcher) -> None:
    """Let it stop as after Ctrl-C; kill it when it does not within ten seconds."""
    if watcher.process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        watcher.process.send_signal(signal.SIGINT)
    try:
        await asyncio.wait_for(watcher.process.wait(), 10)
    except TimeoutError:
        say(f"`wirewatch {watcher.command}` did not stop within 10 s and is killed")
        watcher.process.kill()
        await watcher.process.wait()


async def ready(watchers: Sequence[Watcher], patience: float = 60) -> None:
    """Wait until every process says that it is ready; after ``patience`` seconds go on and say which are not."""
    until = time.monotonic() + patience
    waiting = list(watchers)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        while waiting and time.monotonic() < until:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with session.get(waiting[0].metrics.replace("/metrics", "/readyz")) as answer:
                    if answer.status == 200:
                        waiting.pop(0)
                        continue
            await asyncio.sleep(0.2)
    for watcher in waiting:
        say(f"`wirewatch {watcher.command}` does not say that it is ready; going on")


async def scraped(watchers: Sequence[Watcher]) -> dict[str, float]:
    """Return the samples of all processes' metrics, added up; what cannot be read is left out."""
    samples: dict[str, float] = {}
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session:
        for watcher in watchers:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with session.get(watcher.metrics) as answer:
                    for line in (await answer.text()).splitlines():
                        name, _, value = line.rpartition(" ")
                        if name and not line.startswith("#"):
                            samples[name] = samples.get(name, 0) + float(value)
    return samples


# --- the day --------------------------------------------------------------------------------------------------------


async def spectate(
    day: Day, clock: Pace, publisher: Publisher, watchers: Sequence[Watcher], chosen: argparse.Namespace
) -> None:
    """Start the clock when every feed is known, tell the chapters, return when the day is over and all is delivered."""
    await publisher.polled(2, within=120)
    await ready(watchers)
    say("every feed was read once: its old entries are known and raise nothing. The day begins.")
    clock.begin()
    events = day.events()
    titles = {entry.id: entry for entry in day.entries}
    told = day.start
    while told < day.end:
        await asyncio.sleep(0.1)
        now = clock()
        for chapter in day.chapters:
            if told < chapter.at <= now:
                say(f"── {chapter.at:%-d January %Y, %H:%M} UTC: {chapter.title}")
        for event in events:
            if chosen.events and told < event.at <= now:
                words = titles[event.entry].reads(event.at)
                title = f": {words.title!r}" if words else ""
                say(f"{event.at:%H:%M} {day.outlet(event.outlet).name}, {event.change}{title}")
        told = now
    say(f"the day is over: {len(day.entries)} articles of {len(day.outlets)} outlets. Waiting for the last alerts.")
    publisher.recount()
    with suppress(TimeoutError):
        await publisher.polled(2, within=10)
    await delivered(watchers)
    if chosen.keep:
        say("--keep: the feeds stay as they are; Ctrl-C ends it")
        await asyncio.Event().wait()


async def delivered(watchers: Sequence[Watcher], patience: float = 180) -> None:
    """Wait until nothing is pending for two seconds; Slack takes about one message a second per channel."""
    until, calm = time.monotonic() + patience, 0
    while calm < 4 and time.monotonic() < until:
        await asyncio.sleep(0.5)
        pending = sum(
            value
            for name, value in (await scraped(watchers)).items()
            if name.startswith("wirewatch_deliveries_pending")
        )
        calm = 0 if pending else calm + 1


def tell_start(day: Day, seconds: float, base: str) -> None:
    """Say what is about to be seen."""
    say(f"7 and 8 January 2020 in {seconds:g} seconds: {len(day.entries)} articles of {len(day.outlets)} outlets")
    say("the outlets and their words are invented; the events are history, but for the strike on Hodeidah")
    say(f"their feeds are served at {base}/{day.outlets[0].id}.xml and so on; wirewatch takes them for any other feed")
    if os.environ.get("SLACK_BOT_TOKEN"):  # noqa: TID251  # only whether it is set
        say("SLACK_BOT_TOKEN is set: the alerts go to the Slack channels of rules/desks.yaml")
    else:
        say("the alerts appear here; one for two channels appears twice. With SLACK_BOT_TOKEN set they go to Slack")


def tell_end(counts: Mapping[str, float], *, stopped: bool) -> None:
    """Say what happened, from wirewatch's own metrics."""
    say("stopped by hand" if stopped else "done")
    reasons = {
        name.partition('reason="')[2].partition('"')[0]: int(value)
        for name, value in counts.items()
        if name.startswith("wirewatch_reasons_total{")
    }
    alerts = {reason: count for reason, count in reasons.items() if reason != "nothing new" and count}
    if not reasons:
        say("no metrics were there to read, so nothing is counted here")
        return
    kinds = ", ".join(f"{count} {reason}" for reason, count in alerts.items())
    say(f"{sum(alerts.values())} alerts{': ' if kinds else ''}{kinds}")
    say(f"{reasons.get('nothing new', 0)} findings said nothing new and raised none")
    say("what wirewatch remembered of this day goes now. For the real news: .venv/bin/wirewatch run")


if __name__ == "__main__":
    sys.exit(main())
