from __future__ import annotations

import logging

from streams.faust_app import Flood


def line(name: str, number: int, text: str = "connection %d failed") -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "conn.py", number, text, (7,), None)


def test_a_complaint_passes_once_and_then_with_a_count_every_thirty_seconds() -> None:
    clock = [0.0]
    flood = Flood(lambda: clock[0])
    passed = []
    for n in range(700):
        clock[0] = n * 0.1
        record = line("aiokafka.conn", 1)
        if flood.filter(record):
            passed.append((round(clock[0]), record.getMessage()))
    assert passed == [
        (0, "connection 7 failed"),
        (30, "connection 7 failed (299 lines like it left out)"),
        (60, "connection 7 failed (299 lines like it left out)"),
    ]


def test_complaints_of_different_places_do_not_hide_each_other() -> None:
    flood = Flood(lambda: 0.0)
    assert [flood.filter(line("mode.threads", n)) for n in (1, 2, 1)] == [True, True, False]


def test_our_own_lines_always_pass() -> None:
    flood = Flood(lambda: 0.0)
    assert all(flood.filter(line("streams.faust_app", 1)) for _ in range(3))
    assert all(flood.filter(line("kafkaesque", 1)) for _ in range(3))
