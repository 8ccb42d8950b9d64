"""Who publishes an outbox row: its writer at once, someone else only when the writer let go or its lease ran out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from streams.store import Outgoing, Store
from tests.contract.store.kit import NOW, SECOND, Opener, pass_time, rows

LEASE = timedelta(seconds=15)
HOUR = timedelta(hours=1)


def put(store: Store, *names: str, key: bytes = b"world") -> tuple[Outgoing, ...]:
    with store.begin(NOW) as tx:
        for name in names:
            tx.put("findings", key, name, b"value of " + name.encode())
    return tx.written


def names(claimed: tuple[Outgoing, ...]) -> list[str]:
    return [each.id for each in claimed]


def test_fresh_rows_are_the_writers_and_nobody_may_claim_them(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")

    written = put(ada, "1", "2")

    assert names(written) == ["1", "2"]
    assert (ada.claim(10, NOW), ben.claim(10, NOW)) == ((), ())


def test_a_sent_row_is_never_claimed(opened: Opener) -> None:
    ada = opened("ada")
    written = put(ada, "1", "2")

    ada.mark_sent([written[0].seq], NOW)
    pass_time(ada, LEASE)

    assert names(ada.claim(10, NOW)) == ["2"]
    assert ada.counts().outbox == 1


def test_a_released_row_may_be_claimed_at_once_by_anyone(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")
    written = put(ada, "1", "2")

    ada.release([each.seq for each in written])

    assert ben.claim(10, NOW) == written


def test_what_was_claimed_is_the_claimers_alone(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")
    ada.release([each.seq for each in put(ada, "1", "2", "3")])

    assert names(ada.claim(2, NOW)) == ["1", "2"]
    assert names(ben.claim(2, NOW)) == ["3"]
    assert (ada.claim(2, NOW), ben.claim(2, NOW)) == ((), ())


def test_a_row_of_another_is_not_released(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")
    written = put(ada, "1")

    ben.release([written[0].seq])

    assert ben.claim(10, NOW) == ()


def test_the_rows_of_the_dead_are_taken_over_when_their_lease_has_run_out(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")
    written = put(ada, "1", "2")
    opened.kill(ada)

    pass_time(ben, LEASE - SECOND)
    assert ben.claim(10, NOW) == ()
    pass_time(ben, SECOND * 2)
    assert ben.claim(10, NOW) == written


def test_a_restart_under_the_same_name_takes_up_its_rows_at_once(opened: Opener) -> None:
    ada = opened("ada")
    written = put(ada, "1", "2")
    opened.kill(ada)

    assert opened("ada").claim(10, NOW) == written


def test_a_clean_stop_leaves_its_rows_to_the_others_at_once(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")
    written = put(ada, "1")

    ada.close()

    assert ben.claim(10, NOW) == written


def test_rows_of_one_key_are_claimed_in_the_order_they_were_written(opened: Opener) -> None:
    ada = opened("ada")
    written = [each for name in "123456789" for each in put(ada, name, key=b"world" if int(name) % 2 else b"money")]
    ada.release([each.seq for each in reversed(written)])

    claimed = [each for _ in range(3) for each in ada.claim(3, NOW)]

    assert claimed == written


def test_two_that_claim_at_once_never_get_the_same_row(opened: Opener) -> None:
    stores = [opened("ada"), opened("ben"), opened("cy")]
    stores[0].release([each.seq for each in put(stores[0], *map(str, range(60)))])

    def claim_all(store: Store) -> list[str]:
        claimed: list[str] = []
        while some := store.claim(3, NOW):
            claimed += names(some)
        return claimed

    with ThreadPoolExecutor(3) as pool:
        got = [name for part in pool.map(claim_all, stores) for name in part]

    assert sorted(got, key=int) == [str(each) for each in range(60)]


def test_a_hosts_clock_that_jumps_ahead_takes_nothing_on_postgres_and_repeats_on_sqlite(opened: Opener) -> None:
    """Postgres measures leases by its own clock. SQLite has the host's only: a jump costs a repeat, never a loss."""
    ada, ben = opened("ada"), opened("ben")
    written = put(ada, "1")

    assert ben.claim(10, NOW + HOUR) == (() if ada.blocks else written)


def test_a_clock_that_went_back_does_not_hold_up_the_rows_of_the_dead(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")
    written = put(ada, "1")
    opened.kill(ada)

    pass_time(ben, -HOUR)

    assert ben.claim(10, NOW) == written


def test_an_answer_that_comes_late_still_counts(opened: Opener) -> None:
    ada, ben = opened("ada"), opened("ben")
    written = put(ada, "1")
    pass_time(ada, LEASE)
    assert ben.claim(10, NOW) == written

    ada.mark_sent([written[0].seq], NOW)

    assert [row["sent_at"] is not None for row in rows(ben, "outbox")] == [True]
