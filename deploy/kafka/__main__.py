"""`python -m deploy.kafka`: a real Apache Kafka on 127.0.0.1:9092, data under var/kafka, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from deploy.kafka import Broker, BrokerError
from deploy.kafka.jars import KAFKA


def say(text: str) -> None:
    """Print a line at once: people watch it start."""
    print(f"[kafka] {text}", flush=True)


def main() -> int:
    """Start the broker, wait for its end or a signal, stop it in order."""
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka", description=__doc__)
    parser.add_argument("--port", type=int, default=9092)
    parser.add_argument("--folder", type=Path, default=Path("var/kafka"), help="topics and logs (default: var/kafka)")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both signals are the same wish
    broker = Broker(chosen.folder, port=chosen.port, say=say)
    began = time.monotonic()
    try:
        say(f"starting Apache Kafka {KAFKA} on {broker.address}, topics in {broker.folder}/data, log in {broker.log}")
        broker.start()
        say(f"ready after {time.monotonic() - began:.1f} s (process {broker.pid}); Ctrl-C stops it")
        while broker.pid:
            time.sleep(0.3)
        say(f"it ended by itself; the end of {broker.log}:\n{broker.tail()}")
    except BrokerError as error:
        say(str(error))
    except KeyboardInterrupt:
        say("stopping")
        broker.stop()
        say("stopped; the topics stay")
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
