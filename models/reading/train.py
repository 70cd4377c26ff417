"""Teaches a small language model to read what is typed; `scripts/train-reader`.

It learns which warning sign a sentence reports, and which answer it asks for. All sentences that
anybody wrote for the project are examples, and so are pairs of them: who has chest pain has it
whatever else is said in the same breath. The model begins as all-MiniLM-L6-v2 and keeps the pieces
of words that English needs; it is written as ONNX, a byte a weight.
"""

from __future__ import annotations

import json
import random
from collections import Counter
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

from assistant.content.loader import load_content
from assistant.dialogue.flags import Flags
from assistant.dialogue.question_forms import QuestionForms
from assistant.dialogue.retrieval import NO_QUESTION, UNKNOWN_ANSWER
from assistant.dialogue.second_opinion import NO_SIGN
from assistant.reading.reader import ANSWERS, MOST_PIECES, SIGNS
from assistant.reading.wordpieces import BEGIN, END, PADDING, STRAIGHT, UNKNOWN, WordPieces

HERE = Path(__file__).parent
SENTENCES = HERE.parents[1] / "tests" / "sentences"
CONTENT = load_content()
FLAGS, FORMS = Flags(CONTENT.flags), QuestionForms.of(CONTENT)
WRITTEN = ("grave_signs", "other_signs", "harmless")
"""Files of examples that were written for this."""
COMMON_WORDS = 10_000
HARMLESS_REFUSALS = ("refusal-distress", "refusal-off-topic", "refusal-force", "refusal-medicines")
"""Who is in distress is heard elsewhere, and is not to be taken for an emergency."""
NEAR_A_SIGN = ("refusal-", "faq-5", "faq-17", "faq-18", "faq-19")
"""Answers whose questions may report a sign; they are no examples of none."""
SAME_AS_UNKNOWN = "refusal-off-topic"
"""Patterns tell it from what is unknown; both are no answer."""
FEWEST = 20
"""An answer of which there are fewer examples is left to its patterns."""
NOT_TAUGHT = -100
"""Where a label stands that an example has none of: PyTorch leaves it out of the sum."""


@dataclass(frozen=True)
class Plan:
    """What decides a training, beside its examples."""

    epochs: int = 3
    batch: int = 32
    peak_rate: float = 1e-4
    head_rate: float = 2e-3
    smoothing: float = 0.02
    """Share of each example that is taken for any other sign or answer."""
    drop: float = 0.1
    pairs: float = 0.25
    """Pairs of examples for each single one."""
    unmarked: float = 0.3
    """Share of the examples that lose their punctuation, as recognisers write none."""
    seed: int = 1


@dataclass(frozen=True)
class Example:
    """A sentence and what it teaches; None is not known."""

    text: str
    rule: str | None
    """The sign that it reports, or `NO_SIGN`."""
    answer: str | None = None
    """What it asks for, or `NO_QUESTION`."""


def examples() -> list[Example]:
    """Return every sentence there is, in a fixed order."""
    return [*reports(), *remarks(), *questions()]


def reports() -> list[Example]:
    """Return signs, and what is none."""
    named = ("flags", "more_flags", "no_flags")
    rows = [line.split("\t") for one in named for line in lines(SENTENCES / f"{one}.tsv")[1:]]
    rows += [line.split("\t") for one in WRITTEN for line in lines(HERE / f"{one}.tsv")]
    return [Example(row[-1], row[0], unless_asked(row[-1], row[0])) for row in rows]


def remarks() -> list[Example]:
    """Return answers about pain and other remarks, which hold no sign that patterns do not see."""
    rows = [line.split("\t") for line in lines(SENTENCES / "understand.tsv")]
    texts = [row[4] for row in rows if len(row) > 4 and FLAGS.find(row[4]) is None]
    return [Example(text, NO_SIGN, unless_asked(text)) for text in texts]


def unless_asked(text: str, rule: str = NO_SIGN) -> str | None:
    """Return that nothing is asked, where that is sure."""
    said = rule == NO_SIGN and not FORMS.surely(text) and not FORMS.perhaps(text)
    return NO_QUESTION if said else None


def questions() -> list[Example]:
    """Return questions; what may be said is one, too."""
    rows = [line.split("\t") for line in lines(HERE / "questions.tsv")]
    rows += [[one.answer, text] for one in CONTENT.questions.questions for text in one.spoken]
    count = Counter(answer for answer, _ in rows)
    return [question(answer, text, rare=count[answer] < FEWEST) for answer, text in rows]


def question(answer: str, text: str, *, rare: bool) -> Example:
    """Return what a question teaches."""
    near = answer.startswith(NEAR_A_SIGN) and answer not in HARMLESS_REFUSALS
    rule = None if near or FLAGS.find(text) else NO_SIGN
    if rare:
        return Example(text, rule)
    return Example(text, rule, UNKNOWN_ANSWER if answer == SAME_AS_UNKNOWN else answer)


def lines(path: Path) -> list[str]:
    """Return the lines of a file."""
    return path.read_text("utf-8").splitlines()


def pairs(known: list[Example], count: int, draw: random.Random) -> list[Example]:
    """Say two things in one breath; what is said beside a mere remark is what it was."""
    signs = [one for one in known if one.rule not in {NO_SIGN, None}]
    asked = [one for one in known if one.answer not in {NO_QUESTION, None}]
    others = [one for one in known if one.rule == NO_SIGN and one.answer == NO_QUESTION]
    found = []
    for _ in range(count):
        kinds = draw.choices((signs, asked, others), (5, 2, 3))[0]
        first, second = draw.choice(kinds), draw.choice(others)
        texts = [first.text, second.text]
        draw.shuffle(texts)
        link = draw.choice([" ", ", ", " and ", ", but ", ". "])
        found.append(replace(first, text=texts[0].rstrip(".!?") + link + texts[1]))
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


class Network(nn.Module):
    """A language model, and two layers that tell signs and answers by the mean of its pieces."""

    def __init__(self, base: BertModel, rules: int, answers: int, drop: float) -> None:
        super().__init__()
        self.base, self.drop = base, nn.Dropout(drop)
        self.heads = nn.ModuleList(
            nn.Linear(base.config.hidden_size, size) for size in (rules, answers)
        )

    def forward(self, numbers: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return the log odds of rules and answers, (texts, labels) each, of padded numbers."""
        hidden = self.base(input_ids=numbers, attention_mask=mask).last_hidden_state
        weight = mask[..., None].to(hidden.dtype)
        mean = self.drop((hidden * weight).sum(1) / weight.sum(1))
        rules, answers = (head(mean) for head in self.heads)
        return rules, answers


class Alone(nn.Module):
    """One text at a time, as the assistant reads it: how likely each rule and answer is."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, numbers: Tensor) -> tuple[Tensor, Tensor]:
        """Return shares of one, (rules) and (answers), of (1, pieces) numbers."""
        rules, answers = self.network(numbers, torch.ones_like(numbers))
        return rules.softmax(-1)[0], answers.softmax(-1)[0]


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


def learn(network: Network, known: list[Example], cut: WordPieces, plan: Plan) -> None:
    """Go over the examples as often as the plan says."""
    order, draw = np.random.default_rng(plan.seed), random.Random(plan.seed)
    labels = Labels.of(known)
    steps = -(-int((1 + plan.pairs) * len(known)) // plan.batch)
    step = Step(network, plan, plan.epochs * steps)
    for _ in range(plan.epochs):
        these = list(drawn(known, plan, draw))
        rows = [cut.numbers(one.text, MOST_PIECES)[0] for one in these]
        wanted = torch.tensor([labels.places(one) for one in these])
        lengths = np.array(list(map(len, rows)))
        for batch in tqdm(batches(lengths, plan.batch, order), unit="step"):
            step(padded([rows[at] for at in batch]), wanted[batch])


class Step:
    """One step of learning."""

    def __init__(self, network: Network, plan: Plan, steps: int) -> None:
        self._network, self._plan = network, plan
        self._body = [one for one in network.base.parameters() if one.requires_grad]
        groups = [{"params": self._body}, {"params": network.heads.parameters()}]
        self._optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
        self._rate = torch.optim.lr_scheduler.OneCycleLR(
            self._optimiser, [plan.peak_rate, plan.head_rate], total_steps=steps + 1, pct_start=0.1
        )

    def __call__(self, texts: tuple[Tensor, Tensor], wanted: Tensor) -> None:
        """Learn from a batch of padded texts; `wanted`, (texts, 2), are places of labels."""
        scores = self._network(*texts)
        loss = sum(self._loss(*pair) for pair in zip(scores, wanted.T, strict=True))
        self._optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self._body, 1.0)
        self._optimiser.step()
        self._rate.step()

    def _loss(self, scores: Tensor, wanted: Tensor) -> Tensor:
        """Return the mean over all texts, of which some teach nothing here."""
        total = nn.functional.cross_entropy(
            scores, wanted, ignore_index=NOT_TAUGHT, reduction="sum",
            label_smoothing=self._plan.smoothing,
        )  # fmt: skip
        return total / len(wanted)


@dataclass(frozen=True)
class Labels:
    """What there are examples of, sorted."""

    rules: list[str]
    answers: list[str]

    @classmethod
    def of(cls, known: list[Example]) -> Labels:
        """Return the labels of all examples."""
        rules = sorted({one.rule for one in known if one.rule})
        return cls(rules, sorted({one.answer for one in known if one.answer}))

    def places(self, one: Example) -> tuple[int, int]:
        """Return where the labels of an example stand."""
        rule = self.rules.index(one.rule) if one.rule else NOT_TAUGHT
        return rule, self.answers.index(one.answer) if one.answer else NOT_TAUGHT


def begin(base: Path, kept: list[str], labels: Labels, drop: float) -> Network:
    """Return a network that knows no label yet, and only the pieces that are kept."""
    net = BertModel.from_pretrained(base, add_pooling_layer=False, attn_implementation="eager")
    known = lines(base / "vocab.txt")
    places = {piece: at for at, piece in enumerate(known)}
    table = net.embeddings.word_embeddings.weight.data[[places[piece] for piece in kept]]
    net.embeddings.word_embeddings = nn.Embedding.from_pretrained(table)
    return Network(net, len(labels.rules), len(labels.answers), drop)


def export(network: Network, folder: Path, kept: list[str], labels: Labels) -> None:
    """Write the network, its pieces and its labels."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / "whole.onnx"
    torch.onnx.export(
        Alone(network).eval(), (torch.tensor([[1, 2, 3, 4]]),), whole, dynamo=False,
        input_names=["pieces"], output_names=[SIGNS, ANSWERS],
        dynamic_axes={"pieces": {1: "count"}}, opset_version=17,
    )  # fmt: skip
    quantize_dynamic(  # seven bits, for processors whose sums of bytes would run over
        whole, folder / "network.onnx", per_channel=True, reduce_range=True,
        weight_type=QuantType.QInt8,
    )  # fmt: skip
    whole.unlink()
    (folder / "pieces.txt").write_text("\n".join(kept) + "\n", "utf-8")
    named = {SIGNS: labels.rules, ANSWERS: labels.answers}
    (folder / "labels.json").write_text(json.dumps(named) + "\n", "utf-8")


def main(
    base: Annotated[Path, typer.Argument(help="Folder with all-MiniLM-L6-v2.")],
    folder: Annotated[Path, typer.Argument(help="Where to write what is learnt.")],
) -> None:
    """Learn from all examples, and write what the assistant reads with."""
    plan = Plan()
    torch.manual_seed(plan.seed)
    known = examples()
    labels, kept = Labels.of(known), vocabulary(lines(base / "vocab.txt"), known)
    typer.echo(f"{len(known)} examples, {len(kept)} pieces")
    network = begin(base, kept, labels, plan.drop)
    learn(network.train(), known, WordPieces(kept), plan)
    export(network.eval(), folder, kept, labels)


if __name__ == "__main__":
    typer.run(main)
