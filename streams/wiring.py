"""Puts the parts together for each command: what is opened, what is told at the start, how it ends. Decides nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import os
import random  # noqa: TID251 - spreads the polls: the schedule is given it as an argument
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import IO, TextIO
from urllib.parse import urlsplit

import msgspec
import structlog
from prometheus_client import CollectorRegistry
from sqlalchemy.engine import make_url

from monitors import page, poller
from monitors.article import Article
from monitors.feeds import Feed, parse_feeds
from monitors.fetch import open_fetch
from monitors.metrics import FeedMetrics
from monitors.parse import READER
from monitors.poller import Poller, Publish
from monitors.schedule import Failed, Fetched, resumed
from monitors.state import State
from monitors.workers import open_parser
from streams import embedded, health, nlp
from streams.clock import utc_now
from streams.config import Settings, feed_secrets
from streams.core.engine import Engine, make_engine
from streams.core.extract import Annotate, extract
from streams.core.gazetteer import Gazetteer, parse_gazetteer, read_gazetteer
from streams.core.loading import Rules, load_rules
from streams.core.match import compile_rules
from streams.core.model import Alert, Facts
from streams.core.notices import to_tell
from streams.core.reload import Held, reload_rules
from streams.core.ruleset import Status
from streams.deliver import open_channels, sender
from streams.files import MAX_RECORDING, NoFileError, gazetteer_files, read_text, rule_files, write_text
from streams.metrics import Metrics
from streams.pipeline import advance_stage, deliver_stage, examine_stage, take_alert
from streams.reloading import Folder, InForce, keep_looking, kept, last_good, last_held
from streams.store import Outgoing, Store, Tx, open_store
from streams.upkeep import keep_tidy
from streams.wire import encode

CODE = version("wirewatch")
Say = Callable[[str], None]
"""Tells people, at start and stop, on standard error."""

log = structlog.get_logger("wirewatch")


class InUseError(Exception):
    """Another process already does this with the same state."""


# --- what is read from files ----------------------------------------------------------------------------------------


def gazetteer(settings: Settings) -> Gazetteer:
    """Return the gazetteers of the rules folder. Raises `NoFileError`, or the gazetteer's own error with file and line."""
    return parse_gazetteer(gazetteer_files(settings.rules))


def feeds(settings: Settings) -> tuple[Feed, ...]:
    """Return the feeds to watch. Raises `NoFileError` or `BadFileError`."""
    return parse_feeds(read_text(settings.feeds, "a feeds file (--feeds FILE)"), str(settings.feeds))


def engine(settings: Settings, say: Say) -> Engine:
    """Return the engine for these settings; what has mistakes is left out and said aloud, the rest goes on."""
    loaded, names, annotate, *_ = _read(settings, say, None, _on_disk(settings))
    return make_engine(loaded, names, annotate)


def engine_of(settings: Settings, loaded: Rules, statuses: Sequence[Status], *, model: str) -> Engine:
    """Return an engine of rules of these statuses, for looking at rules that are not live."""
    compiled = compile_rules(loaded.rulesets, statuses=statuses)
    desks = tuple(msgspec.structs.replace(desk, hears=tuple(statuses), shadow=()) for desk in loaded.desks)
    return make_engine(
        msgspec.structs.replace(loaded, compiled=compiled, desks=desks), gazetteer(settings), nlp.load(model)
    )


def engine_from(files: Mapping[str, str], names: Gazetteer, annotate: Annotate | None, say: Say) -> Engine:
    """Return the engine of a rules folder whose texts are given by path, another version for example."""
    loaded = load_rules(files, names.names)
    for mistake in loaded.mistakes:
        say(f"NOT IN FORCE  {mistake}")
    return make_engine(loaded, names, annotate)


def facts(settings: Settings, article: Article) -> Facts:
    """Return what is read in an article, whatever the rules say."""
    return extract(article, gazetteer(settings), nlp.load(settings.model))


def article(settings: Settings, source: str) -> Article:
    """Return the article of a file, of standard input (``-``) or of a web page. Raises `NoFileError`."""
    try:
        if "://" in source:
            if not _is_web_address(source):
                raise NoFileError(f"{source}: found no web address; expected one as https://example.org/story.html")
            return page.article_from_page(source, asyncio.run(fetch_page(settings, source)), now=utc_now())
        text = read_text(source, "an article (a text file, or - for standard input)")
        return page.article_from_text(text, now=utc_now(), name="" if source == "-" else source)
    except page.PageError as error:
        raise NoFileError(f"{source}: found {error}; expected an article, its title on the first line") from None


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that do not close, a port that is no number
        return False


def in_force(
    settings: Settings,
    owner: str,
    say: Say,
    metrics: Metrics,
    tell: Callable[[tuple[Alert, ...]], None],
    source: Folder | None = None,
) -> InForce:
    """Return the engine for these settings as one that follows the rules folder (`reloading.keep_looking`).

    ``tell`` brings notices to the owners of rules. ``source`` gives the folder's texts, where it is not a folder on disk.

    What is broken in the folder keeps its last good version, which is remembered in the state folder over restarts.
    """
    remembered = settings.state / f"rules-{owner.partition('@')[0]}.json"

    folder = source or partial(_on_disk, settings)

    def keep(sound: Rules, held: tuple[Held, ...]) -> None:
        with contextlib.suppress(NoFileError):  # a full disk costs the memory of the rules, not the rules
            write_text(remembered, kept(sound, held))

    text = ""
    with contextlib.suppress(NoFileError):  # the first start; or a file that cannot be read, and is written anew
        text = read_text(remembered, "the last good rules", MAX_RECORDING)
    before = last_good(text)
    loaded, names, annotate, held, unsound = _read(settings, say, before, folder(), "pushed" if source else "")
    return InForce(folder, loaded, names, annotate, metrics, utc_now, keep, held, unsound, tell, last_held(text))


def _on_disk(settings: Settings) -> tuple[Mapping[str, str], Mapping[str, str]]:
    return rule_files(settings.rules, settings.feeds), gazetteer_files(settings.rules)


def tell_by_delivery(store: Store) -> Callable[[tuple[Alert, ...]], None]:
    """Return what makes notices deliveries of this process's own store."""

    def tell(notices: tuple[Alert, ...]) -> None:
        def write(tx: Tx) -> None:
            for each in _once(store, tx, notices):
                take_alert(tx, each)

        store.apply(write, utc_now())

    return tell


def tell_by_topic(store: Store, name: str) -> Callable[[tuple[Alert, ...]], None]:
    """Return what puts notices on their way to the topic of alerts, once for all workers of one store."""

    def tell(notices: tuple[Alert, ...]) -> None:
        def write(tx: Tx) -> tuple[Outgoing, ...]:
            for each in _once(store, tx, notices):
                value, headers = encode(each, CODE)
                tx.put(name, each.story_id.encode(), each.alert_id, value, headers)
            return tx.written

        # This process's relay does not know of them: let the sweep have them at once.
        store.release([row.seq for row in store.apply(write, utc_now())])

    return tell


def _once(store: Store, tx: Tx, notices: Sequence[Alert]) -> Iterator[Alert]:
    """Yield those of the notices that no process of this store has told, and note them."""
    noted: set[str] = set()

    def told(key: str) -> bool:
        return key in noted or bool(store.seen("notice", [key]))

    for notice in notices:
        found = to_tell(notice, told)
        if found is not None:
            keys, alert = found
            fresh = tx.once("notice", keys[0])
            for key in keys[1:]:
                tx.once("notice", key)
            noted |= set(keys)
            if fresh:
                yield alert


def _read(
    settings: Settings,
    say: Say,
    before: Rules | None,
    folder: tuple[Mapping[str, str], Mapping[str, str]],
    where: str = "",
) -> tuple[Rules, Gazetteer, Annotate | None, tuple[Held, ...], bool]:
    files, gazetteers = folder
    names, unread = read_gazetteer(gazetteers)
    held: tuple[Held, ...] = ()
    if before is None:
        loaded = load_rules(files, names.names)
    else:
        made = reload_rules(before, files, names.names)
        loaded, held = made.rules, made.held
    for trouble in (*unread, *loaded.mistakes, *held):
        say(f"  NOT IN FORCE  {trouble}")
    count = len(loaded.compiled.rules)
    say(
        f"  rules    {where or settings.rules}: {len(loaded.rulesets)} rule sets, {count} rules, version {loaded.version[:8]}"
    )
    annotate = nlp.load(settings.model)
    say(f"  reading  {nlp.describe(settings.model)}")
    gc.freeze()  # rules, gazetteers and model live as long as the process: the collector need not walk them again
    return loaded, names, annotate, held, bool(unread)


# --- the commands ---------------------------------------------------------------------------------------------------


async def run(settings: Settings, say: Say, out: TextIO) -> None:
    """Embedded mode: everything in this process until SIGINT or SIGTERM."""
    with _alone(settings.state, "run") as owner, _store(settings, owner, say) as store:
        watched = feeds(settings)
        registry, metrics = _metrics("run")
        brain = in_force(settings, owner, say, metrics, tell_by_delivery(store))
        channels = open_channels(settings, out)
        _say_channels(settings, say)
        stop = _stop_on_signals()
        async with (
            _health(settings, registry, metrics, store, say),
            _polling(settings, watched, registry) as poll,
            _beside(keep_looking(brain)),
            _beside(keep_tidy(store, utc_now, _archive(settings))),
        ):
            say(f"watching {len(watched)} feeds; Ctrl-C stops")
            await embedded.run(
                poll,
                brain.engine,
                store,
                channels,
                now=utc_now,
                stop=stop,
                watch=metrics,
                sending=metrics,
                paces=_paces(settings),
            )
        for channel in channels.values():
            await channel.close()
    say("stopped; the next start with this state goes on from here")


async def poll(settings: Settings, say: Say) -> None:
    """Kafka mode, first process: poll the feeds and publish articles until SIGINT or SIGTERM."""
    from monitors.kafka import KafkaPublisher  # not needed by embedded mode
    from streams import topics

    with _alone(settings.state, "poll"):
        watched = feeds(settings)
        topics.require(settings.kafka, settings.topic_prefix)
        name = topics.full_name(settings.topic_prefix, topics.ARTICLES)
        publish = KafkaPublisher(settings.kafka, name, lambda article: encode(article, CODE))
        registry, _ = _metrics("poll")
        stop = _stop_on_signals()
        async with _health(settings, registry, None, None, say), _polling(settings, watched, registry) as polling:
            say(f"watching {len(watched)} feeds into {name} on {settings.kafka}; Ctrl-C stops")
            await polling(publish, stop)
        await publish.close()


def worker(settings: Settings, say: Say) -> int:
    """Kafka mode, second process: examine articles and advance stories. Return the exit code."""
    from streams import faust_app, topics

    with (
        _pushed_rules(settings) as pushed,
        _slot(settings.state, "worker") as owner,
        _store(settings, owner, say) as store,
    ):
        registry, metrics = _metrics("worker")
        names = {
            n: topics.full_name(settings.topic_prefix, n) for n in (topics.ARTICLES, topics.FINDINGS, topics.ALERTS)
        }
        brain = in_force(settings, owner, say, metrics, tell_by_topic(store, names[topics.ALERTS]), pushed)
        stages = (
            examine_stage(brain.engine, store, names[topics.ARTICLES], names[topics.FINDINGS], CODE, metrics),
            advance_stage(brain.engine, store, names[topics.FINDINGS], names[topics.ALERTS], CODE, metrics),
        )
        line = faust_app.Line(
            group=f"{settings.topic_prefix}-worker",
            bootstrap=settings.kafka,
            prefix=settings.topic_prefix,
            stages=stages,
            store=store,
            code=CODE,
            now=utc_now,
            folder=_folder(settings, owner),
            beside=(
                lambda: _serve_health(settings, registry, metrics, store, say),
                lambda: keep_looking(brain),
                lambda: keep_tidy(store, utc_now, _archive(settings)),
            ),
            note=metrics.note,
        )
        return faust_app.run(line)


@contextlib.contextmanager
def _pushed_rules(settings: Settings) -> Iterator[Folder | None]:
    """Give what reads the rules from their topic; None where they are in a folder."""
    if settings.rules_from == "folder":
        yield None
        return
    from streams import rules_topic, topics

    topics.require(settings.kafka, settings.topic_prefix, rules=True)
    name = topics.full_name(settings.topic_prefix, topics.RULES)
    with rules_topic.Reader(settings.kafka, name) as reader:
        yield reader.folder


def deliver(settings: Settings, say: Say, out: TextIO) -> int:
    """Kafka mode, third process: alerts to channels. One per Slack app. Return the exit code."""
    from streams import faust_app, topics

    with _alone(settings.state, "deliver") as owner, _store(settings, owner, say) as store:
        channels = open_channels(settings, out)
        _say_channels(settings, say)
        registry, metrics = _metrics("deliver")
        wake = asyncio.Event()
        loops: list[asyncio.AbstractEventLoop] = []

        def awaken() -> None:
            # Stages run in threads; an event is set from its own loop.
            if loops:
                loops[0].call_soon_threadsafe(wake.set)

        async def sending() -> None:
            loops.append(asyncio.get_running_loop())
            stop = asyncio.Event()
            sends = asyncio.ensure_future(
                sender.run(
                    store.deliveries,
                    channels,
                    now=utc_now,
                    stop=stop,
                    wake=wake,
                    watch=metrics,
                    call=asyncio.to_thread,
                    paces=_paces(settings),
                )
            )
            try:
                await asyncio.shield(sends)
            except asyncio.CancelledError:
                stop.set()  # a call under way may end: cut off, it would have to be looked for at the next start
                await sends
                raise
            finally:
                for channel in channels.values():
                    await channel.close()

        line = faust_app.Line(
            group=f"{settings.topic_prefix}-deliver",
            bootstrap=settings.kafka,
            prefix=settings.topic_prefix,
            stages=(deliver_stage(store, topics.full_name(settings.topic_prefix, topics.ALERTS), awaken),),
            store=store,
            code=CODE,
            now=utc_now,
            folder=_folder(settings, owner),
            beside=(sending, lambda: _serve_health(settings, registry, metrics, store, say)),
            note=metrics.note,
        )
        return faust_app.run(line)


async def fetch_page(settings: Settings, url: str) -> bytes:
    """Return the body of a web page, fetched as politely and as guarded as a feed. Raises `NoFileError` when it fails."""
    page = Feed(id="try", title=url, url=url, tier=4, language="en", source="try")
    state = resumed(None, page, READER, utc_now())
    async with open_fetch(user_agent=f"wirewatch/{CODE} (+{settings.contact})") as fetch:
        outcome = await fetch(page, state, utc_now())
    if not isinstance(outcome, Fetched):
        words = outcome.words if isinstance(outcome, Failed) else "no document"
        raise NoFileError(f"{url}: found {words}; expected a web page")
    return outcome.body


@contextlib.contextmanager
def archive(settings: Settings, since: datetime) -> Iterator[tuple[str, Iterator[Article]]]:
    """Give the store's name and its archived articles held since then, oldest first. No store is made: `NoFileError`."""
    file = make_url(settings.store).database if settings.store.startswith("sqlite") else None
    if file and not Path(file).is_file():
        raise NoFileError(f"{file}: found no store; expected one that `wirewatch run` or `worker` made (--store URL)")
    store = open_store(settings.store, f"rules@{socket.gethostname()}-{os.getpid()}")
    try:
        yield store.name, store.archived(since)
    finally:
        store.close()


# --- parts ----------------------------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def _polling(
    settings: Settings, watched: tuple[Feed, ...], registry: CollectorRegistry
) -> AsyncIterator[embedded.Poll]:
    """Give the poller: called with where to publish and when to stop."""
    agent = f"wirewatch/{CODE} (+{settings.contact})"
    secrets = feed_secrets(name for feed in watched for _, name in feed.headers)
    async with open_fetch(user_agent=agent, secrets=secrets) as fetch, open_parser() as parse:
        state = State(settings.state / "feeds.db")

        async def polling(publish: Publish, stop: asyncio.Event) -> None:
            parts = Poller(
                fetch=fetch,
                parse=parse,
                publish=publish,
                state=state,
                watch=FeedMetrics(registry),
                clock=utc_now,
                chance=random.random,
            )
            await poller.run(watched, parts, stop)

        try:
            yield polling
        finally:
            state.close()


@contextlib.contextmanager
def _store(settings: Settings, owner: str, say: Say) -> Iterator[Store]:
    settings.state.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.store, owner, archives=settings.archive_days > 0)
    say(f"  state    {store.name}")
    try:
        yield store
    finally:
        store.close()


def _archive(settings: Settings) -> timedelta:
    return timedelta(days=settings.archive_days)


@contextlib.contextmanager
def _alone(state: Path, role: str) -> Iterator[str]:
    """Hold the role's lock in the state folder; its name stays the same over restarts. Raises `InUseError` when it is held."""
    lock = _lock(state / f"{role}.lock")
    if lock is None:
        raise InUseError(f"{state}: found a running `wirewatch {role}`; expected one per state folder (--state DIR)")
    with lock:
        yield f"{role}@{socket.gethostname()}"


@contextlib.contextmanager
def _slot(state: Path, role: str) -> Iterator[str]:
    """Hold the first free numbered lock of a role of which there may be several, and give its name."""
    for number in range(1000):
        lock = _lock(state / f"{role}-{number}.lock")
        if lock is not None:
            with lock:
                yield f"{role}-{number}@{socket.gethostname()}"
            return
    raise InUseError(f"{state}: found 1,000 running workers")


def _lock(path: Path) -> IO[str] | None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w")
    except OSError as error:
        words = (error.strerror or "no folder").lower()
        raise NoFileError(f"{path.parent}: found {words}; expected a folder to write in (--state DIR)") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


@contextlib.asynccontextmanager
async def _beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Let something run meanwhile."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _metrics(mode: str) -> tuple[CollectorRegistry, Metrics]:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.started(CODE, mode)
    return registry, metrics


@contextlib.asynccontextmanager
async def _health(
    settings: Settings, registry: CollectorRegistry, metrics: Metrics | None, store: Store | None, say: Say
) -> AsyncIterator[None]:
    """Serve /metrics, /healthz and /readyz meanwhile; a taken port is told and does not stop the newsroom's alerts."""
    if settings.metrics == "off":
        yield
        return

    def store_answers() -> str | None:
        if store is not None:
            store.counts()
        return None

    def refresh() -> None:
        if store is not None and metrics is not None:
            metrics.counts(store.counts())

    try:
        server = await health.serve(settings.metrics, registry, ready={"store": store_answers}, refresh=refresh)
    except OSError as error:
        say(f"  metrics  NOT served: {settings.metrics}: {error.strerror} (--metrics HOST:PORT or off)")
        yield
        return
    say(f"  metrics  http://{server.address}/metrics, /healthz, /readyz")
    try:
        yield
    finally:
        await server.stop()


async def _serve_health(
    settings: Settings, registry: CollectorRegistry, metrics: Metrics, store: Store, say: Say
) -> None:
    async with _health(settings, registry, metrics, store, say):
        await asyncio.Event().wait()


def _folder(settings: Settings, owner: str) -> Path:
    """Faust makes its folder, but none above it."""
    folder = settings.state / "faust"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / owner


def _paces(settings: Settings) -> dict[str, sender.Pace]:
    burst, per_second = settings.slack_pace.split("/")
    return {"slack": sender.Pace(burst=int(burst), per_second=float(per_second), one_app=True)}


def _say_channels(settings: Settings, say: Say) -> None:
    if settings.slack_token:
        say(f"  alerts   Slack ({settings.slack_url})")
    else:
        say("  alerts   this console (SLACK_BOT_TOKEN is not set)")
