"""From microphone blocks to what was said.

Two recognisers hear the same cleaned audio. The main one has the grammar of the dialogue's state,
changed only in silence; its end of an utterance ends the utterance. The hot one always listens for
the stop and pain words and is never changed; what it hears counts as a partial result of the same
utterance, and as the final one where the main recogniser made nothing of it.

Such a word counts as soon as either shows it. But once the assistant has been silent for a while
there is nothing to cut off, and a second look at a single "stop" keeps others' talk from being
obeyed: it counts when the main recogniser has shown it for 0.2 s or ends with it, or the hot one
ends with nothing unknown beside it. `models/README.md` has what each way gave.

While it is silent, or only the assistant itself speaks, nothing is fed to them, which saves most of
the work; a moment of what came before goes in first when somebody speaks.

One grammar per state, because it was measured with the first model on 2,033 recordings: against one
grammar of all phrases, that of a timed step rejected 93 % instead of 79 % of what holds no phrase,
with 19 instead of 23 false "stop" an hour, and that of a check got 86.9 instead of 86.0 % right.
"""

from collections import deque

import numpy as np

from assistant.dialogue.understanding import UNKNOWN, Phrasebook
from assistant.hearing.double_talk import Interruption
from assistant.hearing.echo import Canceller, Cleaned
from assistant.hearing.recogniser import Model, holds_any
from assistant.messages import BLOCK_SAMPLES, Heard, samples
from assistant.speaking.synthesiser import Samples

QUIET_PEAK = 10 ** (-60 / 20)
"""A block that stays below is silence: digital, not a quiet room's. -60 dBFS."""
HANGOVER_SAMPLES = samples(1.6)
"""What is still fed after somebody spoke, so that the recognisers end their utterance."""
PRE_ROLL_BLOCKS = samples(0.5) // BLOCK_SAMPLES
"""What is fed from before somebody spoke; the judge of that takes up to 0.2 s."""
DOUBT_SAMPLES = samples(0.5)
"""After a loss of sound words count once nothing has been made out for so long."""
UNHURRIED_SAMPLES = samples(2.0)
"""After so long without a sound of its own there is nothing to cut off."""
STEADY_SAMPLES = samples(0.2)
"""How long a single stop word then has to be shown."""
_NOTHING = Cleaned(np.zeros(BLOCK_SAMPLES, np.float32))


class Ear:
    """Turns blocks into `Heard` events.

    Args:
        model: the speech model.
        canceller: takes the echo out.
        book: what to listen for in each state, and always.
        state: the state to begin with; None for all of them at once.
    """

    def __init__(
        self, model: Model, canceller: Canceller, book: Phrasebook, state: str | None
    ) -> None:
        self._canceller, self._book = canceller, book
        self._phrases = self._wanted = book.grammar(state)
        self._hot_phrases = book.hot_phrases()
        self._main = model.recogniser(self._phrases)
        self._hot = model.recogniser((*self._hot_phrases, *book.decoys()))
        self._doubt = self._since_played = 0
        self._begin_utterance()
        self._cleaned = _NOTHING
        self._silent = HANGOVER_SAMPLES
        self._closes = False
        self._before: deque[Samples] = deque(maxlen=PRE_ROLL_BLOCKS)

    @property
    def interruption(self) -> Interruption | None:
        """What was heard of somebody over the assistant in the last block."""
        return self._cleaned.interruption

    @property
    def echo_jumped(self) -> bool:
        """Whether the echo's path has just changed: what was heard before was the assistant."""
        return self._cleaned.echo_jumped

    @property
    def makes_out_words(self) -> bool:
        """Whether what is being said begins like a phrase."""
        return bool(set(self._partial.split()) - {UNKNOWN})

    def listen_as_in(self, state: str) -> None:
        """Listen for the phrases of `state` from the next moment of silence on."""
        self._wanted = self._book.grammar(state)

    def feed(self, near: Samples, far: Samples) -> list[Heard]:
        """Hear one block, shape (frames,), with what the loudspeaker played meanwhile."""
        self._cleaned = self._canceller.clean(near, far)
        played = np.abs(far).max() > QUIET_PEAK
        self._since_played = 0 if played else self._since_played + len(far)
        if self.echo_jumped:
            self._drop_utterance()
        heard = [event for fed in self._gate() for event in self._recognise(fed)]
        if self._closes:
            heard += self.finish()  # whatever comes next is another utterance
        if not self._made_out:
            self._doubt = max(0, self._doubt - len(near))
        if self._wanted != self._phrases and not self._partial:
            self._phrases = self._wanted
            self._main.listen_for(self._phrases)
        return heard

    def finish(self) -> list[Heard]:
        """Return what the audio so far comes to."""
        return self._end_utterance(self._trusted(self._main.finish().text))

    def forget(self) -> list[Heard]:
        """Give up what is being said: a part of it was lost, and half a word is another word.

        Of it, and of what comes until it must be over, only stop and pain words count.
        """
        shown = self._hot_words(self._made_out) or self._hot_text or self._partial
        self._cleaned = _NOTHING
        self._before.clear()
        self._silent = HANGOVER_SAMPLES
        self._drop_utterance()
        self._canceller.sound_lost()
        self._doubt = DOUBT_SAMPLES
        return self._hot_words_of(shown)

    def slip(self, frames: int) -> None:
        """Expect the echo so many samples later than before, or earlier."""
        self._canceller.slip(frames)

    def begin_anew(self) -> None:
        """Know nothing of the echo any more: the devices are others from now on."""
        self._canceller.begin_anew()

    def _drop_utterance(self) -> None:
        self._main.forget()
        self._hot.forget()
        self._begin_utterance()

    def _begin_utterance(self) -> None:
        self._partial = self._made_out = self._hot_text = self._hot_final = ""
        self._shown = 0
        self._canceller.utterance_ended()

    def _gate(self) -> list[Samples]:
        """Return the blocks to feed: none while nobody speaks, and those before with the first."""
        self._closes = False
        block = self._cleaned.block
        if self._cleaned.somebody_speaks and np.abs(block).max() > QUIET_PEAK:
            fed = [*self._before, block]
            self._before.clear()
            self._silent = 0
            return fed
        self._silent += len(block)
        if self._silent <= HANGOVER_SAMPLES:
            self._closes = self._silent > HANGOVER_SAMPLES - len(block)
            return [block]
        self._before.append(block)
        return []

    def _recognise(self, block: Samples) -> list[Heard]:
        main, hot = self._main.feed(block), self._hot.feed(block)
        words = self._hot_words(hot.text)
        if hot.final:
            self._hot_final = words or self._hot_final
        self._hot_text = words or self._hot_final
        self._shown = self._shown + len(block) if self._hot_words(main.text) else 0
        self._made_out = main.text
        trusted = self._trusted(main.text)
        if main.final:
            return self._end_utterance(trusted)
        if self._hot_final and not main.text:
            return self._end_utterance("")
        return self._part_of_utterance(trusted)

    def _trusted(self, main: str) -> str:
        return "" if self._doubt else main

    def _wants_a_second_look(self, text: str) -> bool:
        """Whether `text` holds one stop word, no pain word, and there is nothing to cut off."""
        unhurried = self._since_played >= UNHURRIED_SAMPLES and not self._doubt
        return unhurried and self._book.holds_one_stop(text)

    def _part_of_utterance(self, main: str) -> list[Heard]:
        text = main if self._hot_words(main) else self._hot_text or main
        if self._shown < STEADY_SAMPLES and self._wants_a_second_look(text):
            text = "" if self._hot_words(main) else main
        if not text or text == self._partial or not self._cleaned.said_a_word:
            return []
        self._partial = text
        return [Heard(text, final=False)]

    def _whole(self, main: str) -> str:
        """Return what an utterance comes to, of which the main recogniser made `main`."""
        hot = self._hot_text
        if not self._wants_a_second_look(hot):
            return main if main and UNKNOWN not in main else hot or main
        return main if self._hot_words(main) or UNKNOWN in hot else hot

    def _end_utterance(self, main: str) -> list[Heard]:
        text, was_partial = self._whole(main), self._partial
        self._doubt = 0
        self._hot.reset()
        self._begin_utterance()
        if not self._cleaned.said_a_phrase:  # it is the assistant's own, or the room's
            return self._hot_words_of(was_partial)
        return [Heard(text, final=True)] if text or was_partial else []

    def _hot_words_of(self, partial: str) -> list[Heard]:
        """Return the final result of an utterance of which nothing but hot words count."""
        return [Heard(self._hot_words(partial) or UNKNOWN, final=True)] if partial else []

    def _hot_words(self, text: str) -> str:
        """Return `text` if it holds a hot phrase, else nothing."""
        return text if holds_any(text, self._hot_phrases) else ""
