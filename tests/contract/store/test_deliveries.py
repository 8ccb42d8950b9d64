"""The life of a delivery, and that only one process at a time may send."""

from __future__ import annotations

from datetime import timedelta

import pytest

from streams.core.model import Severity
from streams.deliver.base import Deliveries, delivery_key
from streams.store import LeaseLostError, Store
from tests.contract.store.kit import NOW, SECOND, Opener, alert, change, pass_time, rows

LEASE = timedelta(seconds=30)
WORLD = "slack:#world"


def add(store: Store, *names: str, story: str | None = None, channel: str = WORLD) -> None:
    """Add one delivery per name; each alert its own story unless one is named."""
    with store.begin(NOW) as tx:
        for name in names:
            assert tx.add_delivery(alert(name, story_id=story or f"story of {name}"), channel)


def key(name: str, channel: str = WORLD) -> str:
    return delivery_key(name, channel)


def due(store: Store, after: timedelta = timedelta(0), limit: int = 10) -> list[str]:
    return [each.alert.alert_id for each in store.deliveries.due(NOW + after, limit)]


def test_it_is_the_senders_protocol(opened: Opener) -> None:
    deliveries: Deliveries = opened().deliveries

    assert deliveries.due(NOW, 10) == ()


def test_a_new_row_is_due_at_once_and_handed_out_once(opened: Opener) -> None:
    store = opened()
    add(store, "1")

    (row,) = store.deliveries.due(NOW, 10)

    assert (row.delivery_key, row.channel, row.alert.alert_id) == (key("1"), WORLD, "1")
    assert (row.state, row.thread, row.first_try_at, row.tries) == ("pending", None, None, 0)
    assert due(store, timedelta(hours=1)) == []


def test_the_row_is_marked_before_the_call_and_ends_with_the_receipt(opened: Opener) -> None:
    store = opened()
    add(store, "1")
    due(store)

    store.deliveries.sending(key("1"), NOW + SECOND)
    (row,) = rows(store, "deliveries")
    assert (row["state"], row["tries"], row["first_try_at"] is not None) == ("sending", 1, True)

    store.deliveries.sent(key("1"), "1578448800.0001", NOW + SECOND)
    (row,) = rows(store, "deliveries")
    assert (row["state"], row["message_id"]) == ("sent", "1578448800.0001")
    assert due(store, timedelta(hours=1)) == []
    assert store.counts().deliveries == ()


def test_a_surely_unsent_row_is_pending_again_at_its_time(opened: Opener) -> None:
    store = opened()
    add(store, "1")
    due(store)
    store.deliveries.sending(key("1"), NOW)

    store.deliveries.postpone(key("1"), NOW + 5 * SECOND, not_sent=True)

    assert due(store, 4 * SECOND) == []
    (row,) = store.deliveries.due(NOW + 5 * SECOND, 10)
    assert (row.state, row.first_try_at, row.tries) == ("pending", NOW, 1)


def test_an_unknown_outcome_stays_unknown_until_it_is_looked_up(opened: Opener) -> None:
    store = opened()
    add(store, "1")
    due(store)
    store.deliveries.sending(key("1"), NOW)

    store.deliveries.postpone(key("1"), NOW + 5 * SECOND, not_sent=False)

    (row,) = store.deliveries.due(NOW + 5 * SECOND, 10)
    assert (row.state, row.first_try_at) == ("sending", NOW)


def test_a_row_put_off_before_any_call_stays_pending(opened: Opener) -> None:
    store = opened()
    add(store, "1")
    due(store)

    store.deliveries.postpone(key("1"), NOW + SECOND, not_sent=False)

    (row,) = store.deliveries.due(NOW + SECOND, 10)
    assert (row.state, row.first_try_at, row.tries) == ("pending", None, 0)


def test_the_first_try_keeps_its_time_over_later_ones(opened: Opener) -> None:
    store = opened()
    add(store, "1")
    for second in range(3):
        due(store, second * SECOND)
        store.deliveries.sending(key("1"), NOW + second * SECOND)
        store.deliveries.postpone(key("1"), NOW + (second + 1) * SECOND, not_sent=True)

    (row,) = store.deliveries.due(NOW + 9 * SECOND, 10)

    assert (row.first_try_at, row.tries) == (NOW, 3)


def test_what_is_given_up_is_a_dead_letter_and_can_be_retried(opened: Opener) -> None:
    store = opened()
    add(store, "1")
    due(store)
    store.deliveries.sending(key("1"), NOW)

    store.deliveries.dead(key("1"), "channel_not_found", NOW)

    assert due(store, timedelta(hours=1)) == []
    (dead,) = store.dead_letters("send")
    assert (dead.inbox_id, dead.reason, dead.attempts, dead.key) == (key("1"), "channel_not_found", 1, WORLD.encode())

    retried = store.apply(lambda tx: tx.retry(dead.letter_id), NOW)
    assert retried is not None
    assert due(store) == ["1"]
    assert store.dead_letters() == ()

    store.deliveries.dead(key("1"), "is_archived", NOW)
    assert [each.reason for each in store.dead_letters()] == ["is_archived"]


def test_rows_come_by_severity_then_age(opened: Opener) -> None:
    store = opened()
    severities = [Severity.ROUTINE, Severity.FLASH, Severity.URGENT, Severity.BULLETIN, Severity.FLASH]
    with store.begin(NOW) as tx:
        for number, severity in enumerate(severities):
            tx.add_delivery(alert(str(number), story_id=str(number), severity=severity), WORLD)

    assert due(store, limit=2) == ["1", "4"]
    assert due(store) == ["3", "2", "0"]


def test_of_one_story_and_channel_only_the_oldest_unfinished_row_is_due(opened: Opener) -> None:
    store = opened()
    add(store, "1", "2", story="strike")
    add(store, "1", story="strike", channel="console:")
    add(store, "3", story="other")

    assert due(store) == ["1", "1", "3"]
    store.deliveries.postpone(key("1"), NOW + SECOND, not_sent=True)
    assert due(store) == []  # neither the row put off nor the one behind it
    assert due(store, SECOND) == ["1"]
    store.deliveries.sent(key("1"), "ts", NOW)
    assert due(store) == ["2"]


def test_a_dead_row_lets_the_next_of_its_story_pass(opened: Opener) -> None:
    store = opened()
    add(store, "1", "2", story="strike")
    due(store)

    store.deliveries.dead(key("1"), "too long", NOW)

    assert [(each.alert.alert_id, each.thread) for each in store.deliveries.due(NOW, 10)] == [("2", None)]


def test_later_alerts_of_a_story_are_threaded_under_its_first_message_of_that_channel(opened: Opener) -> None:
    store = opened()
    add(store, "1", "2", "3", story="strike")
    add(store, "1", "2", story="strike", channel="slack:#money")
    threads = []
    for _ in range(3):
        for row in store.deliveries.due(NOW, 10):
            threads.append((row.channel, row.alert.alert_id, row.thread))
            store.deliveries.sent(row.delivery_key, f"ts of {row.channel} {row.alert.alert_id}", NOW)

    assert threads == [
        (WORLD, "1", None),
        ("slack:#money", "1", None),
        (WORLD, "2", "ts of slack:#world 1"),
        ("slack:#money", "2", "ts of slack:#money 1"),
        (WORLD, "3", "ts of slack:#world 1"),
    ]


def test_a_first_alert_retried_late_joins_the_thread_and_does_not_become_its_root(opened: Opener) -> None:
    store = opened()
    add(store, "1", "2", "3", story="strike")
    due(store)
    store.deliveries.dead(key("1"), "too long", NOW)
    due(store)
    store.deliveries.sent(key("2"), "root", NOW)
    (dead,) = store.dead_letters()
    store.apply(lambda tx: tx.retry(dead.letter_id), NOW)

    (first,) = store.deliveries.due(NOW, 10)
    store.deliveries.sent(key("1"), "reply", NOW)
    (third,) = store.deliveries.due(NOW, 10)

    assert (first.alert.alert_id, first.thread) == ("1", "root")
    assert (third.alert.alert_id, third.thread) == ("3", "root")


def test_only_one_process_is_the_sender(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")
    add(ada, "1", "2")

    assert due(ada, limit=1) == ["1"]
    assert due(ben) == []
    assert due(ada) == ["2"]


def test_after_the_senders_death_its_rows_come_back_those_in_a_call_as_unknown(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")
    add(ada, "called", "leased", "new")
    assert due(ada, limit=2) == ["called", "leased"]
    ada.deliveries.sending(key("called"), NOW)
    opened.kill(ada)

    assert due(ben, LEASE - SECOND) == []
    pass_time(ben, LEASE)
    found = ben.deliveries.due(NOW + LEASE + SECOND, 10)

    assert [(row.alert.alert_id, row.state) for row in found] == [
        ("called", "sending"),
        ("leased", "pending"),
        ("new", "pending"),
    ]


def test_a_restart_under_the_same_name_goes_on_at_once(opened: Opener) -> None:
    ada = opened("ada")
    add(ada, "1")
    due(ada)
    ada.deliveries.sending(key("1"), NOW)
    opened.kill(ada)

    (row,) = opened("ada").deliveries.due(NOW, 10)

    assert row.state == "sending"


def test_a_clean_stop_hands_over_at_once(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")
    add(ada, "1")
    due(ada)

    ada.close()

    assert due(ben) == ["1"]


def test_a_sender_that_slept_through_its_lease_may_not_call_but_may_report(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")
    add(ada, "before", "after")
    due(ada)
    ada.deliveries.sending(key("before"), NOW)
    pass_time(ada, LEASE)
    assert due(ben, LEASE) == ["before", "after"]

    with pytest.raises(LeaseLostError):
        ada.deliveries.sending(key("after"), NOW)
    ada.deliveries.postpone(key("after"), NOW, not_sent=True)
    ada.deliveries.dead(key("after"), "no", NOW)
    ada.deliveries.sent(key("before"), "ts", NOW)

    assert {row["state"] for row in rows(ben, "deliveries") if row["delivery_key"] == key("after")} == {"pending"}
    assert {row["message_id"] for row in rows(ben, "deliveries") if row["delivery_key"] == key("before")} == {"ts"}
    ben.deliveries.sending(key("after"), NOW + LEASE)
    assert due(ada, LEASE) == []


def test_the_lease_is_renewed_by_asking_even_for_nothing(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")
    add(ada, "1")
    due(ada)
    add(ada, "2")

    for tenth in range(1, 6):
        pass_time(ada, LEASE / 3)
        ada.deliveries.due(NOW + tenth * LEASE / 3, 0)
        assert due(ben, tenth * LEASE / 3) == []


def test_an_idle_question_writes_nothing(opened: Opener) -> None:
    statements: list[str] = []
    store = opened(hook=statements.append)
    statements.clear()

    store.deliveries.due(NOW, 10)

    assert [statement.split()[0] for statement in statements] == ["SELECT"]


def test_the_first_receipt_stays(opened: Opener) -> None:
    store = opened()
    add(store, "1")
    due(store)

    store.deliveries.sent(key("1"), "first", NOW)
    store.deliveries.sent(key("1"), "second", NOW)

    assert [row["message_id"] for row in rows(store, "deliveries")] == ["first"]


def test_an_alert_that_cannot_be_read_is_buried_and_does_not_hold_up_the_others(opened: Opener) -> None:
    store = opened()
    add(store, "1", "2")
    change(
        store,
        f"UPDATE deliveries SET value = deliveries.headline_of WHERE delivery_key = '{key('1')}'".replace(
            "deliveries.headline_of", "X'7b7d'" if not store.blocks else "'\\x7b7d'"
        ),
    )

    assert due(store) == ["2"]
    (dead,) = store.dead_letters("send")
    assert (dead.inbox_id, dead.body, dead.error) == (key("1"), b"{}", "ValidationError")
