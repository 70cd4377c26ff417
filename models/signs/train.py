"""Teaches a small language model which warning sign a sentence reports; `scripts/train-signs`.

All sentences that anybody wrote for the project are examples, and so are pairs of them: who has
chest pain has it whatever else is said in the same breath. The model begins as all-MiniLM-L6-v2 and
keeps the pieces of words that English needs; it is written as ONNX, a byte a weight.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import torch
import typer
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from tqdm import tqdm
from transformers import BertModel
from wordfreq import top_n_list

from assistant.content.flags import FlagPatterns
from assistant.content.loader import FOLDER, load_folder
from assistant.dialogue.flags import Flags
from assistant.dialogue.second_opinion import NO_SIGN
from assistant.reading.sign_reader import MOST_PIECES
from assistant.reading.wordpieces import BEGIN, END, PADDING, STRAIGHT, UNKNOWN, WordPieces

HERE = Path(__file__).parent
SENTENCES = HERE.parents[1] / "tests" / "sentences"
QUESTIONS = HERE.parent / "questions" / "examples.tsv"
COMMON_WORDS = 10_000
HARMLESS_REFUSALS = ("refusal-distress", "refusal-off-topic", "refusal-force", "refusal-medicines")
"""Who is in distress is heard elsewhere, and is not to be taken for an emergency."""
NEAR_A_SIGN = ("refusal-", "faq-5", "faq-17", "faq-18", "faq-19")
"""Answers whose questions may report a sign; they are no examples of none."""


@dataclass(frozen=True)
class Plan:
    """What decides a training, beside its examples."""

    epochs: int = 3
    batch: int = 32
    peak_rate: float = 1e-4
    head_rate: float = 2e-3
    smoothing: float = 0.02
    """Share of each example that is taken for any other sign."""
    drop: float = 0.1
    pairs: float = 0.25
    """Pairs of examples for each single one."""
    unmarked: float = 0.3
    """Share of the examples that lose their punctuation, as recognisers write none."""
    seed: int = 1


@dataclass(frozen=True)
class Example:
    """A sentence, and the rule of the sign that it reports, or `NO_SIGN`."""

    rule: str
    text: str


def examples() -> list[Example]:
    """Return every sentence there is, in a fixed order."""
    named = ("flags", "more_flags", "no_flags")
    rows = [line.split("\t") for one in named for line in lines(SENTENCES / f"{one}.tsv")[1:]]
    found = [Example(row[0], row[2]) for row in rows]
    found += [Example(*line.split("\t")) for line in lines(HERE / "examples.tsv")]
    flags = Flags(load_folder(FOLDER / "warning_signs", FlagPatterns))
    return found + [Example(NO_SIGN, text) for text in harmless() if flags.find(text) is None]


def harmless() -> list[str]:
    """Return answers about pain, remarks and questions: what is said instead of a sign."""
    answers = [line.split("\t") for line in lines(SENTENCES / "understand.tsv")]
    questions = [line.split("\t") for line in lines(QUESTIONS)]
    return [
        *(row[4] for row in answers if len(row) > 4),
        *(
            text
            for answer, text in questions
            if answer in HARMLESS_REFUSALS or not answer.startswith(NEAR_A_SIGN)
        ),
    ]


def lines(path: Path) -> list[str]:
    """Return the lines of a file."""
    return path.read_text("utf-8").splitlines()


def pairs(known: list[Example], count: int, draw: random.Random) -> list[Example]:
    """Say two things in one breath; a sign beside something harmless is that sign."""
    signs = [one for one in known if one.rule != NO_SIGN]
    others = [one for one in known if one.rule == NO_SIGN]
    found = []
    for _ in range(count):
        first, second = draw.choice(signs if draw.random() < 0.6 else others), draw.choice(others)
        texts = [first.text, second.text]
        draw.shuffle(texts)
        link = draw.choice([" ", ", ", " and ", ", but ", ". "])
        found.append(Example(first.rule, texts[0].rstrip(".!?") + link + texts[1]))
    return found


def unmarked(text: str) -> str:
    """Write a text as a recogniser does."""
    plain = text.translate(STRAIGHT)
    return " ".join("".join(one if one.isalnum() or one == "'" else " " for one in plain).split())


def vocabulary(base: list[str], known: list[Example]) -> list[str]:
    """Return the pieces that common words and examples are made of, in their old order."""
    pieces, used = WordPieces(base), {PADDING, UNKNOWN, BEGIN, END}
    for text in (*top_n_list("en", COMMON_WORDS), *(one.text for one in known)):
        for stretch in pieces.numbers(text, MOST_PIECES):
            used |= {base[number] for number in stretch}
    return [piece for piece in base if piece in used or len(piece.removeprefix("##")) == 1]


class Reader(nn.Module):
    """A language model, and a layer that tells signs by the mean of what it makes of the pieces."""

    def __init__(self, base: BertModel, rules: int, drop: float) -> None:
        super().__init__()
        self.base, self.drop = base, nn.Dropout(drop)
        self.head = nn.Linear(base.config.hidden_size, rules)

    def forward(self, numbers: Tensor, mask: Tensor) -> Tensor:
        """Return the log odds of each rule, (texts, rules), of padded numbers of pieces."""
        hidden = self.base(input_ids=numbers, attention_mask=mask).last_hidden_state
        weight = mask[..., None].to(hidden.dtype)
        scores: Tensor = self.head(self.drop((hidden * weight).sum(1) / weight.sum(1)))
        return scores


class Alone(nn.Module):
    """One text at a time, as the assistant reads it: how likely each rule is."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, numbers: Tensor) -> Tensor:
        """Return shares of one, (rules), of (1, pieces) numbers."""
        scores: Tensor = self.reader(numbers, torch.ones_like(numbers))
        return scores.softmax(-1)[0]


def padded(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Return numbers of pieces and where there are any, both (texts, most pieces)."""
    longest = max(map(len, rows))
    numbers, mask = (torch.zeros(len(rows), longest, dtype=torch.long) for _ in range(2))
    for at, row in enumerate(rows):
        numbers[at, : len(row)], mask[at, : len(row)] = torch.tensor(row), 1
    return numbers, mask


def batches(lengths: NDArray[np.int64], size: int, draw: np.random.Generator) -> list[list[int]]:
    """Return every example once, in batches of like lengths."""
    order = np.argsort(lengths + draw.uniform(0, 3, len(lengths)))
    found = [order[at : at + size].tolist() for at in range(0, len(order), size)]
    return [found[at] for at in draw.permutation(len(found))]


def drawn(known: list[Example], plan: Plan, draw: random.Random) -> Iterator[Example]:
    """Yield every example and new pairs of them, some without punctuation."""
    for one in (*known, *pairs(known, int(plan.pairs * len(known)), draw)):
        bare = draw.random() < plan.unmarked
        yield replace(one, text=unmarked(one.text)) if bare else one


def learn(reader: Reader, known: list[Example], cut: WordPieces, plan: Plan) -> None:
    """Go over the examples as often as the plan says."""
    order, draw = np.random.default_rng(plan.seed), random.Random(plan.seed)
    rules = rules_of(known)
    steps = -(-int((1 + plan.pairs) * len(known)) // plan.batch)
    step = Step(reader, plan, plan.epochs * steps)
    for _ in range(plan.epochs):
        these = list(drawn(known, plan, draw))
        rows = [cut.numbers(one.text, MOST_PIECES)[0] for one in these]
        wanted = torch.tensor([rules.index(one.rule) for one in these])
        lengths = np.array(list(map(len, rows)))
        for batch in tqdm(batches(lengths, plan.batch, order), unit="step"):
            step(padded([rows[at] for at in batch]), wanted[batch])


class Step:
    """One step of learning."""

    def __init__(self, reader: Reader, plan: Plan, steps: int) -> None:
        self._reader, self._plan = reader, plan
        self._body = [one for one in reader.base.parameters() if one.requires_grad]
        groups = [{"params": self._body}, {"params": reader.head.parameters()}]
        self._optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
        self._rate = torch.optim.lr_scheduler.OneCycleLR(
            self._optimiser, [plan.peak_rate, plan.head_rate], total_steps=steps + 1, pct_start=0.1
        )

    def __call__(self, texts: tuple[Tensor, Tensor], wanted: Tensor) -> None:
        """Learn from a batch of padded texts, and where their rules stand."""
        scores = self._reader(*texts)
        smoothing = self._plan.smoothing
        loss = nn.functional.cross_entropy(scores, wanted, label_smoothing=smoothing)
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._body, 1.0)
        self._optimiser.step()
        self._rate.step()


def rules_of(known: list[Example]) -> list[str]:
    """Return the rules that there are examples of, sorted."""
    return sorted({one.rule for one in known})


def begin(base: Path, kept: list[str], rules: int, drop: float) -> Reader:
    """Return a network that knows no sign yet, and only the pieces that are kept."""
    net = BertModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="eager")
    known = lines(base / "vocab.txt")
    places = {piece: at for at, piece in enumerate(known)}
    table = net.embeddings.word_embeddings.weight.data[[places[piece] for piece in kept]]
    net.embeddings.word_embeddings = nn.Embedding.from_pretrained(table)
    return Reader(net, rules, drop)


def export(reader: Reader, folder: Path, kept: list[str], rules: list[str]) -> None:
    """Write the network, its pieces and its rules."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / "whole.onnx"
    torch.onnx.export(
        Alone(reader).eval(), (torch.tensor([[1, 2, 3, 4]]),), whole, dynamo=False,
        input_names=["pieces"], output_names=["likely"],
        dynamic_axes={"pieces": {1: "count"}}, opset_version=17,
    )  # fmt: skip
    quantize_dynamic(  # seven bits, for processors whose sums of bytes would run over
        whole, folder / "network.onnx", per_channel=True, reduce_range=True,
        weight_type=QuantType.QInt8,
    )  # fmt: skip
    whole.unlink()
    (folder / "pieces.txt").write_text("\n".join(kept) + "\n", "utf-8")
    (folder / "rules.json").write_text(json.dumps(rules) + "\n", "utf-8")


def main(
    base: Annotated[Path, typer.Argument(help="Folder with all-MiniLM-L6-v2.")],
    folder: Annotated[Path, typer.Argument(help="Where to write what is learnt.")],
) -> None:
    """Learn from all examples, and write what the assistant reads."""
    plan = Plan()
    torch.manual_seed(plan.seed)
    known = examples()
    rules, kept = rules_of(known), vocabulary(lines(base / "vocab.txt"), known)
    typer.echo(f"{len(known)} examples, {len(kept)} pieces")
    reader = begin(base, kept, len(rules), plan.drop)
    learn(reader.train(), known, WordPieces(kept), plan)
    export(reader.eval(), folder, kept, rules)


if __name__ == "__main__":
    typer.run(main)
