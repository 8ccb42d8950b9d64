"""The fit learns what it should from samples made here; the development data is not needed."""

from __future__ import annotations

import numpy as np
import pytest

from tests.quality.fit import Candidate, Sample, chances, fit_named, fitted, scored
from tests.quality.fit import _is_one as is_one


def sample(teaches: bool = True) -> Sample:
    """Return 40 articles of two deeds: the first column is true of one deed of each positive article, the second of any."""
    positive = np.array([float(n % 2 == 0) for n in range(40)])
    deeds = np.array([row for y in positive for row in ([y, 1.0], [0.0, 1.0])])
    shown = np.array([teaches or n % 2 == 0 for n in range(80)])
    return Sample(deeds, np.repeat(np.arange(40), 2), shown, np.zeros((40, 1)), positive)


@pytest.mark.parametrize("teaches", [True, False])
def test_one_telling_deed_makes_an_article_positive(teaches: bool) -> None:
    s = sample(teaches)
    w = fitted(s)
    assert w.deeds[0] > 1 > w.deeds[1]
    assert (1.0, 1.0, 1.0) == scored(chances(s, w), s.positive, 0.5)


def test_a_name_is_found_by_its_head_word() -> None:
    assert is_one(["THREE CAR BOMBS"], "bombs")
    assert is_one(["HARVEST FRONT", "HF"], "Harvest Front (HF)")
    assert not is_one(["CAR BOMB"], "car park")
    assert not is_one(["BOMB"], "rifle")


def test_a_feature_of_the_answers_gets_a_weight(capsys: pytest.CaptureFixture[str]) -> None:
    wanted = [[["bomb"]] if n % 2 == 0 else [] for n in range(60)]
    candidates = [Candidate(n, "bomb", {"used": float(n % 2 == 0), "named": 1.0}) for n in range(60)]
    found = fit_named("weapon", wanted, candidates)
    assert found.of["used"] > 1
    assert "F1 1.000" in capsys.readouterr().out
