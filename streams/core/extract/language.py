"""Whether a sentence is English: in German "die" kills nobody, and a feed may hold what its entry does not announce."""

from __future__ import annotations

from collections.abc import Sequence

# The words that every language's sentences are full of. Left out are those that are parts of names in English texts ("de
# la", "al", "van", "von", "dos") or English words ("die" apart, for whose sake this is).
_ENGLISH = frozenset(
    """the of and to a in that is was for on with as at by from it he she they his her their this be are were has had have
    not but who which an or its after been said says will would when there than more one all two about if into up out
    over no what before could can did him them we you i our your also other some during where how against""".split()
)
_GERMANIC = """der die und den dem des ein eine einen einem einer ist nicht mit für zu sich auf im wird auch bei nach oder
    vor durch wurde werden sind haben hat als aus wie zum zur über es wir ich seine ihre dieser diese vom beim
    het een voor niet zijn werd worden heeft naar ook uit bij hij deze wordt dat
    och att det som på för är inte till av med har ett om var sig efter og er til ikke blev"""
_ROMANCE = """les des une dans qui pour sur pas avec ont été par aux sont cette ses leur plus mais au ce et il elle
    que una por para con fue como más pero su sus se lo este esta han fueron según entre
    não uma os foi mais ao pelo também são ou já na nos nas em
    che della dei nel sono alla gli più delle nella sul anche stato è degli"""
_OTHERS = frozenset(
    f"""{_GERMANIC} {_ROMANCE} się nie jest przez oraz jak ale były zostało
    ve bir bu için ile olarak olan yang dan dengan untuk pada dari""".split()
)


def is_foreign(words: Sequence[str]) -> bool:
    """Return whether words (as printed) are of a sentence that is not English, each counted once.

    It has more function words of other languages than English ones. One alone ("Die Zeit") decides nothing, nor do
    capitals within: "Four die in Den Haag" is English.
    """
    known = set(words)
    if known.isdisjoint(_OTHERS):
        return False
    opens = [":", *words]
    known = {word.lower() if before == ":" else word for before, word in zip(opens, words, strict=False)}
    others = len(known & _OTHERS)
    return others > 1 and others > len(known & _ENGLISH)
