import itertools
import math

import pytest

torch = pytest.importorskip("torch")

from models.training import objective  # noqa: E402


def tiny_graph():
    """Silence, a one-phone loop, and one word of two units."""
    start = torch.tensor([1.0, 0.2, 0.5, 0.0])
    end = torch.tensor([1.0, 1.0, 0.0, 1.0])
    loop = torch.tensor([0.0, 1.0, 0.0, 0.0])
    return objective.Denominator(
        unit=torch.tensor([0, 1, 1, 2]),
        chain=torch.tensor([0.0, 0.0, 0.0, 1.0]),
        out=torch.stack([end, loop], 1),
        into=torch.stack([start, 0.3 * loop]),
        start=start,
        end=end,
    )


def all_paths(graph, scores):
    """Log sum over all state sequences, one by one."""
    total = 0.0
    step = graph.forward(torch.eye(len(graph.unit)))
    for path in itertools.product(range(len(graph.unit)), repeat=len(scores)):
        weight = float(graph.start[path[0]] * graph.end[path[-1]])
        for a, b in itertools.pairwise(path):
            weight *= float(step[a, b])
        total += weight * math.exp(sum(float(scores[t, graph.unit[s]]) for t, s in enumerate(path)))
    return math.log(total)


def test_the_denominator_sums_every_path():
    graph = tiny_graph()
    scores = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(1))
    lengths = torch.tensor([5, 3])
    totals, _ = objective.denominator_sums(scores, lengths, graph)
    for row, length in enumerate(lengths):
        assert float(totals[row]) == pytest.approx(all_paths(graph, scores[row, :length]), abs=1e-4)


def slope(function, scores):
    """Gradient of a sum by small differences."""
    found = torch.zeros_like(scores)
    for place in itertools.product(*map(range, scores.shape)):
        up, down = scores.clone(), scores.clone()
        up[place] += 1e-3
        down[place] -= 1e-3
        found[place] = (function(up).sum() - function(down).sum()) / 2e-3
    return found


@pytest.mark.parametrize("side", ["numerator", "denominator"])
def test_occupancies_are_the_gradient_of_the_sum(side):
    scores = torch.randn(2, 6, 3, generator=torch.Generator().manual_seed(2)).double()
    lengths = torch.tensor([6, 4])
    text = objective.numerator([[(1,), (2, 1)], [(2,)]], torch.ones(2, 6, dtype=torch.bool))
    graph = tiny_graph()

    def sums(values):
        if side == "numerator":
            return objective.numerator_sums(values, lengths, text)
        return objective.denominator_sums(values.float(), lengths, graph)

    occupied = sums(scores)[1]
    assert torch.allclose(occupied.double(), slope(lambda v: sums(v)[0], scores), atol=5e-3)


def test_a_pause_may_be_left_out_but_a_phone_may_not():
    text = objective.numerator([[(1,), (2,)]], torch.ones(1, 2, dtype=torch.bool))
    scores = torch.full((1, 2, 3), -50.0)
    scores[0, 0, 1] = scores[0, 1, 2] = 0.0
    total, share = objective.numerator_sums(scores, torch.tensor([2]), text)
    assert float(total) == pytest.approx(0.0, abs=1e-4)
    assert share[0].argmax(1).tolist() == [1, 2]
