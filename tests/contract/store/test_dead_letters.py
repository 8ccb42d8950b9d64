"""What could not be read is kept whole, and a stage that buries too much is stopped."""

from __future__ import annotations

from datetime import timedelta

from streams.store import Store
from tests.contract.store.kit import NOW, SECOND, Opener, letter

STAGE, CODE = "examine", "1.0"


def bad(store: Store, name: str, *, stage: str = STAGE, code: str = CODE) -> None:
    with store.begin(NOW) as tx:
        assert tx.once(stage, name)
        tx.bury(letter(f"letter of {name}", name, stage=stage, code=code), name)


def good(store: Store, *names: str, stage: str = STAGE) -> None:
    with store.begin(NOW) as tx:
        for name in names:
            assert tx.once(stage, name)


def test_a_dead_letter_is_kept_whole(opened: Opener) -> None:
    store = opened()

    bad(store, "bad")

    assert store.dead_letters() == (letter("letter of bad"),)
    assert store.dead_letter("letter of bad") == letter("letter of bad")
    assert store.dead_letter("no such letter") is None


def test_they_are_listed_latest_first_by_stage_or_all(opened: Opener) -> None:
    store = opened()
    for second, stage in enumerate(("examine", "advance", "examine")):
        with store.begin(NOW + second * SECOND) as tx:
            tx.bury(letter(str(second), str(second), stage=stage), str(second))

    assert [each.letter_id for each in store.dead_letters()] == ["2", "1", "0"]
    assert [each.letter_id for each in store.dead_letters("examine", 1)] == ["2"]
    assert store.counts().dead_letters == (("advance", 1), ("examine", 2))


def test_a_retried_letter_is_closed_and_leaves_the_inbox(opened: Opener) -> None:
    store = opened()
    bad(store, "bad")

    def again(name: str) -> bool:
        with store.begin(NOW) as tx:
            found = tx.retry(name)
            return found is not None and tx.put(found.topic, found.key, "again", found.body, found.headers)

    assert again("letter of bad")
    assert store.dead_letters() == ()
    assert store.seen(STAGE, ["bad"]) == frozenset()
    kept = store.dead_letter("letter of bad")
    assert kept is not None
    assert kept.closed == "retried"
    assert not again("letter of bad")


def test_a_letter_that_dies_again_is_open_again(opened: Opener) -> None:
    store = opened()
    bad(store, "bad")
    store.apply(lambda tx: tx.retry("letter of bad"), NOW)

    bad(store, "bad")

    assert [each.closed for each in store.dead_letters()] == [None]


def test_a_dropped_letter_is_closed_and_stays_in_the_inbox(opened: Opener) -> None:
    store = opened()
    bad(store, "bad")

    assert store.drop("letter of bad", NOW)
    assert not store.drop("letter of bad", NOW)
    assert store.dead_letters() == ()
    assert store.seen(STAGE, ["bad"]) == {"bad"}


def test_the_auditor_finds_dead_letters_by_position_open_or_closed(opened: Opener) -> None:
    store = opened()
    with store.begin(NOW) as tx:
        for offset in (3, 900, 901):
            tx.bury(letter(str(offset), str(offset), offset=offset), str(offset))
    store.drop("900", NOW)

    assert store.buried("wirewatch.articles.v1", 2, range(901)) == {3, 900}
    assert store.buried("wirewatch.articles.v1", 1, range(901)) == frozenset()


def test_the_auditor_asks_the_inbox_for_any_number_of_ids(opened: Opener) -> None:
    store = opened()
    good(store, "1", "2", "1500")

    assert store.seen(STAGE, [str(number) for number in range(2000)]) == {"1", "2", "1500"}
    assert store.seen("advance", ["1"]) == frozenset()
    assert store.seen(STAGE, []) == frozenset()


def test_five_dead_letters_in_a_row_pass_and_the_sixth_stops_the_stage(opened: Opener) -> None:
    store = opened()
    for number in range(5):
        bad(store, str(number))
    assert store.tripped(STAGE, CODE) is None

    bad(store, "5")

    assert store.tripped(STAGE, CODE) == "6 dead letters in a row"
    assert store.tripped("advance", CODE) is None


def test_a_good_one_in_between_breaks_the_row(opened: Opener) -> None:
    store = opened()
    for number in range(5):
        bad(store, str(number))
    good(store, "good")
    good(store, "good for another stage", stage="advance")
    for number in range(6, 11):
        bad(store, str(number))

    assert store.tripped(STAGE, CODE) is None


def test_a_good_one_of_another_stage_does_not_break_the_row(opened: Opener) -> None:
    store = opened()
    for number in range(6):
        bad(store, str(number))
        good(store, str(number), stage="advance")

    assert store.tripped(STAGE, CODE) == "6 dead letters in a row"


def test_a_tenth_of_the_last_two_hundred_stops_the_stage(opened: Opener) -> None:
    store = opened()
    for number in range(19):
        good(store, *(f"good {number} {each}" for each in range(9)))
        bad(store, str(number))
    assert store.tripped(STAGE, CODE) is None

    good(store, *(f"good 19 {each}" for each in range(9)))
    bad(store, "19")

    assert store.tripped(STAGE, CODE) == "20 dead letters among the last 191"


def test_a_tripped_breaker_stays_tripped_over_a_restart_until_it_is_resumed(opened: Opener) -> None:
    store = opened()
    for number in range(6):
        bad(store, str(number))
    opened.kill(store)
    store = opened()
    assert store.tripped(STAGE, CODE) is not None

    assert store.resume(STAGE)

    assert store.tripped(STAGE, CODE) is None
    for number in range(6, 11):
        bad(store, str(number))
    assert store.tripped(STAGE, CODE) is None  # what came before is forgiven
    bad(store, "11")
    assert store.tripped(STAGE, CODE) is not None


def test_new_code_may_go_on_and_is_judged_by_its_own_letters(opened: Opener) -> None:
    store = opened()
    for number in range(6):
        bad(store, str(number))

    assert store.tripped(STAGE, "1.1") is None
    bad(store, "6", code="1.1")
    assert store.tripped(STAGE, "1.1") is None
    for number in range(7, 12):
        bad(store, str(number), code="1.1")
    assert store.tripped(STAGE, "1.1") == "6 dead letters in a row"


def test_deliveries_that_were_given_up_stop_no_stage(opened: Opener) -> None:
    store = opened()
    with store.begin(NOW) as tx:
        for number in range(9):
            tx.bury(letter(str(number), str(number), stage="send"), str(number))

    assert store.tripped("send", CODE) is None


def test_tries_of_one_position_are_counted_and_the_next_position_starts_anew(opened: Opener) -> None:
    store = opened()

    assert [store.attempt("articles", 0, 7, NOW) for _ in range(3)] == [1, 2, 3]
    assert store.attempt("articles", 1, 7, NOW) == 1
    assert store.attempt("articles", 0, 8, NOW + timedelta(seconds=1)) == 1


def test_tries_survive_the_process_that_made_them(opened: Opener) -> None:
    store = opened()
    store.attempt("articles", 0, 7, NOW)
    opened.kill(store)

    assert opened().attempt("articles", 0, 7, NOW) == 2
