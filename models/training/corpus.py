"""The speech that the network learns from: synthesised phrases, and recordings of people.

Synthesis is planned first, as a list of `Order`s that depends on the seed alone, and then carried
out; files that are already there are kept, so a broken run is taken up where it stopped.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
import random
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import soundfile
import ttspico
from tqdm import tqdm

from models.training import lexicon
from models.training.features import RATE_HZ

ESPEAK_ACCENTS = [
    "en-us",
    "en-gb",
    "en-gb-scotland",
    "en-gb-x-rp",
    "en-gb-x-gbclan",
    "en-029",
    "en-us-nyc",
]
ESPEAK_VARIANTS = [
    "m1",
    "m2",
    "m3",
    "m4",
    "m5",
    "m6",
    "m7",
    "m8",
    "f1",
    "f2",
    "f3",
    "f4",
    "adam",
    "Alex",
    "Alicia",
    "Andrea",
    "Annie",
    "antonio",
    "aunty",
    "belinda",
    "benjamin",
    "boris",
    "david",
    "Denis",
    "Diogo",
    "ed",
    "edward",
    "Gene",
    "gustave",
    "Henrique",
    "Hugo",
    "iven",
    "Jacky",
    "john",
    "kaukovalta",
    "Lee",
    "marcelo",
    "Marco",
    "Mario",
    "max",
    "michel",
    "miguel",
    "Mike",
    "norbert",
    "pablo",
    "paul",
    "pedro",
    "quincy",
    "rob",
    "robert",
    "sandro",
    "shelby",
    "steph",
    "steph2",
    "Storm",
    "travis",
    "victor",
    "zac",
    "anika",
    "grandma",
    "klatt",
    "klatt2",
    "klatt4",
    "klatt5",
    "klatt6",
    "whisper",
]
HELD_OUT_ESPEAK = (
    "en-gb-x-gbcwmd",
    ["f5", "Andy", "caleb", "linda", "Michael", "grandpa", "klatt3", "iven3"],
)
FLITE_VOICES = ["kal", "kal16", "awb", "slt"]
HELD_OUT_FLITE = "rms"
FESTIVAL_VOICES = ["kal_diphone", "cmu_us_slt_arctic_hts"]
HELD_OUT_FESTIVAL = "ked_diphone"
PICO_VOICES = ["en-GB", "en-US"]
SYNTHESISERS = ("espeak", "flite", "festival", "pico")
BATCH = 100
"""Utterances per Festival process or Pico engine: they start slowly."""
FAST = 0.62
"""Pace of a third of the clips, beside that of the others."""
CUT = "cut"
"""Group of the words that were cut out of recordings."""
ASSISTANT = "assistant"
"""Group of the clips of its own voice: what is heard behind people, and never learnt as speech."""
ASSISTANT_VOICE = "en"
CONTENT = Path(__file__).parents[2] / "assistant" / "content"


@dataclass(frozen=True)
class Voice:
    """A synthetic voice and the way it speaks."""

    engine: str
    """One of `SYNTHESISERS`."""
    name: str
    pitch: int
    """eSpeak's 0 to 99; for Flite the mean pitch in hertz; for Pico a percentage."""
    pace: float
    """Duration of the speech as a multiple of the voice's own."""


@dataclass(frozen=True)
class Order:
    """One phrase to be synthesised."""

    text: str
    voice: Voice
    path: Path


@dataclass(frozen=True)
class Clip:
    """Speech and what is said in it."""

    path: Path
    text: str
    """"" where that is not known but holds no phrase."""
    group: str
    """The collection it is of, or the synthesiser."""
    human: bool


# --- what is said ---------------------------------------------------------------------------


def _swaps(phones: lexicon.Pronunciation) -> Iterator[lexicon.Pronunciation]:
    """Every sequence that is one phone away: dropped, changed or added."""
    for at in range(len(phones) + 1):
        yield phones[:at] + phones[at + 1 :]
        for phone in lexicon.phones():
            yield (*phones[:at], phone, *phones[at + 1 :])
            yield (*phones[:at], phone, *phones[at:])


def near_misses(commands: Iterable[str]) -> list[str]:
    """Return common words that are one phone away from one of these, and no commands themselves."""
    known = lexicon.dictionary()
    close = {near for word in commands for said in known[word] for near in _swaps(said)}
    own = set(lexicon.command_words())
    return [
        word
        for word in lexicon.common_words()
        if word not in own and any(said in close for said in known[word])
    ]


@dataclass(frozen=True)
class Texts:
    """Draws phrases: commands, words that sound like them, and other talk."""

    near: tuple[str, ...]
    foils: tuple[str, ...]
    """What was taken for a command and is none, "stop" above all."""
    lines: tuple[tuple[str, ...], ...]
    """Runs of words from the assistant's own lines and phrases."""

    def draw(self, rng: random.Random) -> str:
        """Return one phrase."""
        kinds: dict[Callable[[random.Random], str], float] = {
            lambda rng: rng.choice(lexicon.phrases()): 0.32,
            self.own_lines: 0.17,
            lambda rng: " ".join(
                rng.choices(lexicon.OWN_WORDS, k=rng.choice((1, 1, 1, 2, 3)))
            ): 0.14,
            lambda rng: rng.choice(self.near): 0.09,
            lambda rng: rng.choice(self.foils): 0.10,
            self.talk: 0.18,
            self.talk_with_foil: 0.07,
            self.talk_with_command: 0.05,
        }
        (kind,) = rng.choices(list(kinds), list(kinds.values()))
        return kind(rng)

    def own_lines(self, rng: random.Random) -> str:
        """Return a few words in a row of what the assistant says or listens for."""
        run, count = rng.choice(self.lines), rng.randint(2, 7)
        start = rng.randrange(max(1, len(run) - count + 1))
        return " ".join(run[start : start + count])

    def talk(self, rng: random.Random) -> str:
        """Return words at random, commoner ones more often."""
        common = lexicon.common_words()
        return " ".join(
            rng.choice(common[: rng.choice((500, 2000, 6000))])
            for _ in range(rng.choice((1, 1, 2, 3, 4, 5, 6)))
        )

    def talk_with_foil(self, rng: random.Random) -> str:
        """Return talk with something in it that is easily taken for a command."""
        return f"{self.talk(rng)} {rng.choice(self.foils)} {self.talk(rng)}"

    def talk_with_command(self, rng: random.Random) -> str:
        """Return talk with a command somewhere in it."""
        said = self.talk(rng).split()
        said.insert(rng.randrange(len(said) + 1), rng.choice(lexicon.phrases()))
        return " ".join(said)


def texts() -> Texts:
    """Return the source of phrases."""
    return Texts(
        tuple(near_misses(lexicon.command_words())),
        (*near_misses(["stop"]), *lexicon.read_lines("foils.txt")),
        tuple(known_runs("\n".join(path.read_text("utf-8") for path in CONTENT.rglob("*.toml")))),
    )


def known_runs(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the longest runs of two and more known words."""
    known = set(lexicon.words())
    words = re.findall(r"[a-z]+(?:'[a-z]+)*|[^a-z\s]", text.lower())
    for is_known, run in itertools.groupby(words, known.__contains__):
        if is_known and len(found := tuple(run)) > 1:
            yield found


# --- who says it ----------------------------------------------------------------------------


def draw_voice(rng: random.Random) -> Voice:
    """Return a voice that training may hear."""
    pace, pitch_hz = rng.uniform(0.75, 1.35), rng.randint(80, 240)
    pace = rng.choice((pace, pace, pace * FAST))
    accented = f"{rng.choice(ESPEAK_ACCENTS)}+{rng.choice(ESPEAK_VARIANTS)}"
    choices = {
        Voice("espeak", accented, rng.randint(10, 90), pace): 0.62,
        Voice("flite", rng.choice(FLITE_VOICES), pitch_hz, pace): 0.28,
        Voice("festival", rng.choice(FESTIVAL_VOICES), 0, pace): 0.10,
        Voice("pico", rng.choice(PICO_VOICES), rng.randint(70, 140), pace): 0.06,
    }
    (voice,) = rng.choices(list(choices), list(choices.values()))
    return voice


def held_out_voices() -> list[Voice]:
    """Voices that training never hears, for measuring."""
    accent, variants = HELD_OUT_ESPEAK
    espeak = [Voice("espeak", f"{accent}+{v}", 30 + 5 * at, 1.0) for at, v in enumerate(variants)]
    return [
        *espeak,
        Voice("flite", HELD_OUT_FLITE, 105, 1.0),
        Voice("festival", HELD_OUT_FESTIVAL, 0, 1.0),
    ]


def order(text: str, voice: Voice, folder: Path) -> Order:
    """Order a phrase; the file's name says what is in it, so that no old file is taken for it."""
    name = hashlib.sha256(repr((text, voice)).encode()).hexdigest()[:20]
    return Order(text, voice, folder / f"{name}.wav")


def plan(count: int, seed: int, folder: Path) -> list[Order]:
    """Return `count` phrases to synthesise; the same for the same seed."""
    rng, source = random.Random(seed), texts()
    return [order(source.draw(rng), draw_voice(rng), folder) for _ in range(count)]


def plan_assistant(count: int, seed: int, folder: Path) -> list[Order]:
    """Order lines in the assistant's own voice, as it is heard behind the user."""
    rng, source = random.Random(seed), texts()
    paces = [rng.uniform(0.8, 1.3) for _ in range(count)]
    said = [f"{source.own_lines(rng)} {source.own_lines(rng)}" for _ in range(count)]
    voices = [Voice("espeak", ASSISTANT_VOICE, 50, pace) for pace in paces]
    return [order(text, voice, folder) for text, voice in zip(said, voices, strict=True)]


def plan_held_out(folder: Path) -> list[Order]:
    """Order every phrase from every voice that training never hears."""
    return [order(text, voice, folder) for text in lexicon.phrases() for voice in held_out_voices()]


# --- synthesis ------------------------------------------------------------------------------


def _espeak(order: Order) -> list[str]:
    speed = str(round(160 / order.voice.pace))
    pitch = str(order.voice.pitch)
    return ["espeak-ng", "-v", order.voice.name, "-p", pitch, "-s", speed,
            "-w", str(order.path), order.text]  # fmt: skip


def _flite(order: Order) -> list[str]:
    return ["flite", "-voice", order.voice.name,
            "--setf", f"duration_stretch={order.voice.pace:.2f}",
            "--setf", f"int_f0_target_mean={order.voice.pitch}",
            "-t", order.text, "-o", str(order.path)]  # fmt: skip


def _festival_script(orders: list[Order]) -> str:
    lines = []
    for order in orders:
        lines.append(f"(voice_{order.voice.name})")
        lines.append(f"(Parameter.set 'Duration_Stretch {order.voice.pace:.2f})")
        said = f'(utt.synth (Utterance Text "{order.text}"))'
        lines.append(f'(utt.save.wave {said} "{order.path}" \'riff)')
    return "\n".join(lines)


def _run(command: list[str], stdin: str = "") -> None:
    subprocess.run(
        command, input=stdin.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        timeout=300, check=True,
    )  # fmt: skip


def _speak(orders: list[Order]) -> int:
    """Synthesise orders of one engine; return how many there were."""
    match orders[0].voice.engine:
        case "festival":
            _run(["festival", "--pipe"], _festival_script(orders))
        case "pico":
            _pico(orders)
        case "espeak":
            _run(_espeak(orders[0]))
        case _:
            _run(_flite(orders[0]))
    return len(orders)


def _pico(orders: list[Order]) -> None:
    for name in PICO_VOICES:
        engine = ttspico.TtsEngine(name)
        for order in orders:
            if order.voice.name == name:
                engine.pitch, engine.rate = order.voice.pitch, round(100 / order.voice.pace)
                pcm = np.frombuffer(engine.speak(order.text), "<i2")
                soundfile.write(order.path, pcm, RATE_HZ)


def _batches(orders: list[Order]) -> Iterator[list[Order]]:
    for engine, size in (("festival", BATCH), ("pico", BATCH), ("espeak", 1), ("flite", 1)):
        own = [order for order in orders if order.voice.engine == engine]
        yield from (own[at : at + size] for at in range(0, len(own), size))


def synthesise(orders: list[Order], jobs: int) -> None:
    """Carry out the orders whose files are missing."""
    orders[0].path.parent.mkdir(parents=True, exist_ok=True)
    missing = list(_batches([order for order in orders if not order.path.exists()]))
    with ThreadPoolExecutor(jobs) as pool, tqdm(total=sum(map(len, missing)), unit="clip") as bar:
        for done in pool.map(_speak, missing):
            bar.update(done)


def spoken(orders: list[Order]) -> list[Clip]:
    """Return the orders that were carried out, as clips."""
    return [
        Clip(order.path, order.text, order.voice.engine, human=False)
        for order in orders
        if order.path.exists()
    ]


# --- recordings -----------------------------------------------------------------------------


def people(folder: Path) -> list[Clip]:
    """Return the rows of a folder's `manifest.csv` (file, text, set, ...)."""
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [Clip(folder / row["file"], row["text"], row["set"], human=True) for row in rows]


def recordings(folder: Path) -> list[Clip]:
    """Return the recordings to learn from: those that have a text."""
    return [replace(clip, text=_spelled(clip.text)) for clip in people(folder) if clip.text]


def _spelled(text: str) -> str:
    """Mark the letter A where other letters are spelled beside it: there it is no article."""
    said = text.split()
    if not any(len(word) == 1 and word not in "ai" for word in said):
        return text
    return " ".join("letter-a" if word == "a" else word for word in said)
