"""What a changed rules folder puts in force: sound rule sets at once, the last good one of each that is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.core.loading import Rules, load_rules
from streams.core.reload import Reloaded, reload_rules

LISTS = "format: 1\nlists: {weapons: {words: [rocket, rockets]}}\n"
DESKS = """\
format: 1
desks:
  - {id: world, title: World, rulesets: [strikes, floods], routes: [{to: slack:#world}]}
"""


def rule(rule_id: str, words: str, *, status: str = "live", seen: str = "") -> str:
    seen = seen or words.split(",", maxsplit=1)[0]
    return f"""\
  - id: {rule_id}
    title: About {rule_id}
    status: {status}
    severity: urgent
    review_by: 2999-01-01
    match: {{words: {{any: [{words}]}}}}
    tests:
      - {{name: hit, article: {{title: "The {seen} came"}}, expect: match}}
      - {{name: no hit, article: {{title: Nothing came}}, expect: no match}}
"""


def rule_set(name: str, *rules: str, owner: str = "world-desk") -> str:
    return f"format: 1\nruleset: {name}\nowner: {owner}\nrules:\n{''.join(rules)}"


FILES = {
    "rules/lists/l.yaml": LISTS,
    "rules/desks.yaml": DESKS,
    "rules/strikes.yaml": rule_set("strikes", rule("strike", "$weapons", seen="rocket"), rule("raid", "raid")),
    "rules/floods.yaml": rule_set("floods", rule("flood", "flood", seen="flood"), owner="weather-desk"),
}


def no_names(_: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ()


def start() -> Rules:
    rules = load_rules(FILES, no_names)
    assert rules.mistakes == ()
    return rules


def after(**changes: str | None) -> Reloaded:
    """Reload the folder with these files changed, new, or (None) gone."""
    files = {**FILES, **{f"rules/{name.replace('__', '/')}.yaml": text for name, text in changes.items()}}
    return reload_rules(start(), {path: text for path, text in files.items() if text is not None}, no_names)


def live(made: Reloaded) -> list[str]:
    return sorted(f"{c.ruleset}/{c.rule.id}" for c in made.rules.compiled.rules)


def words_of(made: Reloaded, rule_id: str) -> set[str]:
    (compiled,) = [c for c in made.rules.compiled.rules if c.rule.id == rule_id]
    return {term.text for leaf in compiled.match[0].leaves for term in getattr(leaf, "terms", ())}


ALL = ["floods/flood", "strikes/raid", "strikes/strike"]


def test_an_unchanged_folder_changes_nothing() -> None:
    made = after()
    assert (made.rules.version, made.held, live(made)) == (start().version, (), ALL)


def test_a_changed_rule_set_comes_into_force() -> None:
    made = after(floods=rule_set("floods", rule("flood", "deluge")))
    assert made.held == ()
    assert words_of(made, "flood") == {"deluge"}
    assert made.rules.version != start().version


def test_a_rule_that_is_disabled_stops() -> None:
    text = FILES["rules/floods.yaml"].replace("status: live", "status: draft")
    assert live(after(floods=text)) == ["strikes/raid", "strikes/strike"]


def test_a_deleted_rule_and_a_deleted_file_stop() -> None:
    assert live(after(strikes=rule_set("strikes", rule("raid", "raid")))) == ["floods/flood", "strikes/raid"]
    assert live(after(floods=None)) == ["strikes/raid", "strikes/strike"]


def test_a_renamed_file_is_the_same_rule_set() -> None:
    made = after(floods=None, water=FILES["rules/floods.yaml"])
    assert (live(made), made.held, made.rules.version) == (ALL, (), start().version)


def test_a_renamed_rule_and_a_renamed_rule_set_leave_nothing_behind() -> None:
    assert live(after(floods=rule_set("floods", rule("deluge", "flood")))) == [
        "floods/deluge",
        "strikes/raid",
        "strikes/strike",
    ]
    assert live(after(floods=rule_set("waters", rule("flood", "flood")))) == [
        "strikes/raid",
        "strikes/strike",
        "waters/flood",
    ]


def test_a_rule_moves_between_files() -> None:
    made = after(
        strikes=rule_set("strikes", rule("strike", "$weapons", seen="rocket")),
        floods=rule_set("floods", rule("flood", "flood"), rule("raid", "raid")),
    )
    assert (live(made), made.held) == (["floods/flood", "floods/raid", "strikes/strike"], ())


def test_a_rule_moves_out_of_a_file_that_is_broken_meanwhile() -> None:
    made = after(
        strikes="format: 1\nruleset: [", floods=rule_set("floods", rule("flood", "flood"), rule("raid", "raid"))
    )
    assert live(made) == ["floods/flood", "floods/raid", "strikes/strike"]
    assert [(held.file, held.keeps) for held in made.held] == [("rules/strikes.yaml", ("strikes",))]


def test_a_broken_file_keeps_its_last_good_rule_set_and_the_others_are_swapped() -> None:
    made = after(
        strikes=FILES["rules/strikes.yaml"].replace("any: [raid]", "anny: [raid]"),
        floods=rule_set("floods", rule("flood", "deluge")),
    )
    (held,) = made.held
    assert live(made) == ALL
    assert words_of(made, "flood") == {"deluge"}
    assert (held.file, held.keeps, held.owners) == ("rules/strikes.yaml", ("strikes",), ("world-desk",))
    assert "found unknown key `anny` in clause words" in held.why[0]
    assert str(held).endswith("rules/strikes.yaml: the last good strikes stays in force")


def test_a_rule_set_whose_own_test_fails_is_refused() -> None:
    made = after(floods=rule_set("floods", rule("flood", "deluge", seen="flood")))
    assert words_of(made, "flood") == {"flood"}
    assert [held.why for held in made.held] == [
        ("rules/floods.yaml:12:1: test `hit` of flood: does not match: it lacks words",)
    ]


def test_a_rule_set_that_lint_calls_wrong_is_refused() -> None:
    text = FILES["rules/floods.yaml"].rsplit("      - {name: no hit", 1)[0]
    made = after(floods=text)
    assert [held.why for held in made.held] == [
        ("rules/floods.yaml:5:1: R02 error: flood is live without a test of `no match`",)
    ]


def test_a_new_file_with_a_mistake_is_not_in_force_at_all() -> None:
    made = after(fires=rule_set("fires", rule("fire", "fire"), rule("smoke", "smoke", status="liev")))
    assert live(made) == ALL
    assert [(held.file, held.keeps) for held in made.held] == [("rules/fires.yaml", ())]
    assert str(made.held[0]).endswith("rules/fires.yaml: nothing of it is in force")


def test_a_copy_of_a_file_does_not_take_the_originals_place() -> None:
    made = after(a_copy=FILES["rules/floods.yaml"], another=rule_set("another", rule("raid", "foray")))
    assert live(made) == ALL
    assert words_of(made, "raid") == {"raid"}
    assert sorted(held.file for held in made.held) == ["rules/a_copy.yaml", "rules/another.yaml"]


def test_a_file_renamed_and_broken_at_once_loses_nothing() -> None:
    made = after(floods=None, waters="format: 1\nruleset: [")
    assert live(made) == ALL
    assert [(held.file, held.keeps) for held in made.held] == [("rules/waters.yaml", ("floods",))]


def test_a_broken_list_keeps_its_last_good_words() -> None:
    made = after(
        lists__l="format: 1\nlists: {weapons: {wrds: [bow]}}\n", floods=rule_set("floods", rule("flood", "deluge"))
    )
    assert words_of(made, "strike") == {"rocket", "rockets"}
    assert words_of(made, "flood") == {"deluge"}
    assert [(held.file, held.keeps) for held in made.held] == [("rules/lists/l.yaml", ("$weapons",))]


def test_a_changed_list_that_fails_a_rules_test_holds_that_rule_set_alone() -> None:
    made = after(lists__l=LISTS.replace("rocket, rockets", "bow"))
    assert words_of(made, "strike") == {"rocket", "rockets"}
    assert [(held.file, held.keeps) for held in made.held] == [("rules/strikes.yaml", ("strikes",))]


def test_broken_or_missing_desks_keep_the_last_good_ones() -> None:
    for text in (DESKS.replace("routes", "rutes"), None):
        made = after(desks=text, floods=rule_set("floods", rule("flood", "deluge")))
        assert made.rules.desks == start().desks
        assert words_of(made, "flood") == {"deluge"}
        assert [held.keeps for held in made.held] == [("world",)]


def test_an_emptied_folder_changes_nothing() -> None:
    made = reload_rules(start(), {"rules/desks.yaml": DESKS}, no_names)
    assert live(made) == ALL
    assert made.held[-1].keeps == ("floods", "strikes")


def test_a_mended_file_comes_into_force_and_nothing_is_held() -> None:
    broken = after(floods="format: 1\nruleset: [")
    mended = reload_rules(
        broken.rules, {**FILES, "rules/floods.yaml": rule_set("floods", rule("flood", "deluge"))}, no_names
    )
    assert (words_of(mended, "flood"), mended.held) == ({"deluge"}, ())


@given(st.data())
def test_no_damage_to_one_file_touches_the_rules_of_another(draw: st.DataObject) -> None:
    path = draw.draw(st.sampled_from(["rules/strikes.yaml", "rules/floods.yaml"]))
    text = FILES[path]
    at = draw.draw(st.integers(0, len(text) - 1))
    damaged = text[:at] + draw.draw(st.sampled_from(["", ":", "\n", "[", "}", '"', " x", "-"])) + text[at + 1 :]
    made = reload_rules(start(), {**FILES, path: damaged}, no_names)
    other = {"rules/strikes.yaml": ["floods/flood"], "rules/floods.yaml": ["strikes/raid", "strikes/strike"]}[path]
    assert set(other) <= set(live(made))


def test_a_changed_list_reaches_the_rule_sets_whose_files_did_not_change() -> None:
    made = after(lists__l=LISTS.replace("rockets", "shells"))
    assert (words_of(made, "strike"), made.held) == ({"rocket", "shells"}, ())


def test_a_file_that_a_list_made_wrong_is_held_until_the_list_is_mended() -> None:
    files = {**FILES, "rules/lists/l.yaml": LISTS.replace("rocket, rockets", "bow")}
    once = reload_rules(start(), files, no_names)
    twice = reload_rules(once.rules, files, no_names)
    assert [(h.file, h.keeps) for h in twice.held] == [("rules/strikes.yaml", ("strikes",))]
    mended = reload_rules(twice.rules, FILES, no_names)
    assert (mended.held, words_of(mended, "strike")) == ((), {"rocket", "rockets"})


def test_what_a_reload_need_not_read_again_is_what_it_would_read() -> None:
    floods = rule_set("floods", rule("flood", "deluge"))
    changed = after(floods=floods).rules
    fresh = load_rules({**FILES, "rules/floods.yaml": floods}, no_names)
    assert (changed.rulesets, changed.texts, changed.version) == (fresh.rulesets, fresh.texts, fresh.version)
