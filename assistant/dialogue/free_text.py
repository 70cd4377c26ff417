"""What is typed: sentences in anybody's words, with questions and warning signs among them."""

import re
from collections.abc import Callable, Iterable

from assistant.content.loader import Content
from assistant.content.phrases import Meaning
from assistant.content.routine import Routine
from assistant.dialogue.flags import Flags
from assistant.dialogue.meanings import NUMBER, WISHES, Words, agreed
from assistant.dialogue.phrase_table import PhraseTable
from assistant.dialogue.question_forms import OWN, QuestionForms
from assistant.dialogue.retrieval import NO_ANSWER, NO_QUESTION, Retrieval
from assistant.dialogue.second_opinion import GRAVE, Judge, SecondOpinion
from assistant.dialogue.understanding import RATED, Phrasebook, Understood

_DISTRESS = "R-DISTRESS"
"""The rule that is invoked whatever is asked."""
_SENTENCES = re.compile(r"[^.;!?\n]+[.;!?\n]*")
"""With the marks that end them."""
_LIKE_A_QUESTION = 0.9
"""How likely something has to be asked where nothing else shows it."""
_URGENT = {Meaning.STOP, Meaning.HURT}
_WORDS_OF_QUESTIONS = {
    *_URGENT,
    Meaning.HELP,
    Meaning.SOFTER,
    Meaning.LONGER,
    Meaning.PAUSE,
    Meaning.REPEAT,
    Meaning.SKIP,
    Meaning.BACK,
    Meaning.SLOWER,
    Meaning.FASTER,
    Meaning.YES,
    Meaning.CONTINUE,
    Meaning.ELSEWHERE,
}
"""What a word may mean by itself that is no more than a word in a question."""
_REPORTING = {
    *OWN,
    *("mine", "we", "our", "us", "he", "his", "she", "her", "they", "their"),
    *("the", "is", "are", "am", "was", "were", "had", "has", "have", "be"),
}
"""Words of a question that may report a warning sign."""
_ASKS_WHAT = {"what", "why", "how", "which", "who", "whose", "where"}
_TAG = re.compile(r"(?<=\w),\s*(no|na|nah|innit)\s*\?+\s*$", re.IGNORECASE)
"""Makes a question of what stands before it, and denies nothing."""


class Reports:
    """Warning signs that somebody reports, and does not ask about."""

    def __init__(self, content: Content, signs: Judge) -> None:
        self._forms = QuestionForms.of(content)
        self._patterns = Flags(content.flags).find
        self._opinion = SecondOpinion(signs, self._patterns)

    def find(self, text: str) -> str | None:
        """Return the rule of the sign, or None; beside a question only patterns find one."""
        if not self._forms.surely(text):
            return self._opinion.of_sign(text)
        said = (one for one in _SENTENCES.findall(text) if not self._forms.surely(one))
        return self._patterns(" ".join(said))


class FreeText(Phrasebook):
    """Understands typed questions in any words, where what was typed is no phrase.

    What a recogniser writes is not: it hears phrases in sounds that were none.

    Args:
        content: all of it.
        routines: those that can be chosen.
        signs: how likely a text reports each sign.
        answers: how likely a text asks for each answer.
    """

    def __init__(
        self, content: Content, routines: Iterable[Routine], signs: Judge, answers: Judge
    ) -> None:
        super().__init__(content.phrases, routines, content.flags)
        self._opinion = SecondOpinion(signs, self._flags.find)
        self._fixed = frozenset(self.grammar())
        self._answers = answers
        self._retrieval = Retrieval(content.questions, answers)
        listened = self._vocabulary.listened.items()
        self._answering = {state for state, one in listened if Meaning.QUESTION in one.values()}
        self._rules = {answer.id: answer.rule for answer in content.answers.answers}
        self._forms = QuestionForms(content.questions, self._listener, self._writer)

    def understand(self, text: str, state: str) -> Understood | None:
        """Return what `text` means in `state`, or None where it is unclear."""
        found = self._read(text, state)
        if found or self._is_phrases(text):
            return found
        if rule := self._opinion.of_talk(text):
            return Understood(Meaning.FLAG, rule)
        return self._unmarked_question(text) if state in self._answering else None

    def _read(self, text: str, state: str) -> Understood | None:
        text = _TAG.sub("?", text)
        found = super().understand(text, state)
        if found and found.means is Meaning.FLAG and self._of_others(found, text):
            return self._question(text, self._retrieval.find(text))
        if found and found.value == NUMBER and self._of_numbers(text):
            return self._question(text, self._retrieval.find(text))
        if state not in self._answering or (found and found.means not in _WORDS_OF_QUESTIONS):
            return found
        text = self._without_denials(text)
        answer = self._retrieval.find(text)
        if self._rules.get(answer) == _DISTRESS:
            return Understood(Meaning.FLAG, _DISTRESS)
        asked = self._yields(found, text, state, answer) if found else self._asked(text, answer)
        if asked and found is None and answer in NO_ANSWER:
            found = self._wish_of_a_clause(text, state)
            asked = found is None
        return self._question(text, answer) if asked else found

    def sign(self, text: str) -> str | None:
        """Return the rule of the warning sign in `text`, or None."""
        found = super().sign(text)
        if self._is_phrases(text):
            return found
        said = text if found else self._without_distress(text)
        judged = self._opinion.beside(found, said)
        asked = found is not None and judged is None and self._forms.surely(text)
        return found if asked else judged

    def _is_phrases(self, text: str) -> bool:
        """Whether `text` is made of phrases of the assistant's own, which mean what they mean."""
        words = self.words(text)
        cut = any(table.cut(words) is not None for table in self._tables.values())
        return cut or " ".join(words) in self._fixed

    def _without_distress(self, text: str) -> str:
        """Leave out where somebody is in distress, which is heard as that."""
        if not self._distressed(text):
            return text
        left = self._without(text, self._distressed)
        return "" if left == text else left

    def _distressed(self, text: str) -> bool:
        return self._rules.get(self._retrieval.find(text)) == _DISTRESS

    def _without_denials(self, text: str) -> str:
        """Leave out what is only denied: "no chest pain, can we begin?" asks nothing about it."""
        return self._without(text, self._flags.denies) or text

    def _without(self, text: str, unwanted: Callable[[str], bool]) -> str:
        """Return the clauses of `text` that are not `unwanted`, or `text` where none is."""
        clauses = [" ".join(clause) for clause in self._writer.clauses(text)]
        left = [clause for clause in clauses if not unwanted(clause)]
        return ". ".join(left) if len(left) < len(clauses) else text

    def _wish_of_a_clause(self, text: str, state: str) -> Understood | None:
        """Return the wish that stands by itself beside a question: "hold on, who is that?"."""
        table = self._tables[state]
        clauses = [agreed(table.cut(clause) or []) for clause in self._writer.clauses(text)]
        return next((one for one in clauses if one and one.means in WISHES), None)

    def _of_others(self, found: Understood, text: str) -> bool:
        """Whether `text` only asks about people at large: "who invented the new knee"."""
        clauses = self._writer.clauses(text)
        mild = found.value not in GRAVE and _REPORTING.isdisjoint(self.words(text))
        put = text.rstrip().endswith("?") or all(clause[0] in _ASKS_WHAT for clause in clauses)
        return mild and put and all(map(self._forms.begins, clauses))

    def _of_numbers(self, text: str) -> bool:
        """Whether the numbers of `text` stand in questions about numbers."""
        table = self._tables[RATED]
        rating = [
            clause
            for clause in self._writer.clauses(text)
            if table.anywhere(clause, lambda says: says.value == NUMBER)
        ]
        return bool(rating) and all(map(self._forms.of_numbers, rating))

    def _question(self, text: str, answer: str) -> Understood:
        likely = self._retrieval.answer(text)
        if not self._rules.get(answer) and not self._rules.get(likely):
            answer = likely  # only patterns end a massage
        rule = self._rules.get(answer)
        general = self._forms.supposes(self.words(text)) or self._opinion.rules_out(rule, text)
        if rule and not general:
            return Understood(Meaning.FLAG, rule)
        return Understood(Meaning.QUESTION, answer)

    def _unmarked_question(self, text: str) -> Understood | None:
        """Return the question that `text` is, however it is put, if it has an answer."""
        likely = 1 - self._answers(text)[NO_QUESTION]
        answer = self._retrieval.answer(text)
        if likely < _LIKE_A_QUESTION or answer in NO_ANSWER:
            return None
        return self._question(text, self._retrieval.find(text))

    def _asked(self, text: str, answer: str) -> bool:
        """Whether a question was asked: surely, or perhaps, and it has an answer."""
        return self._forms.surely(text) or (answer not in NO_ANSWER and self._forms.perhaps(text))

    def _yields(self, found: Understood, text: str, state: str, answer: str) -> bool:
        """Whether what was found is only a word of a question."""
        specific = answer not in NO_ANSWER
        if found.means is Meaning.HURT and state not in self._massage_states:
            return specific and self._asked(text, answer)
        clauses, table = self._writer.clauses(text), self._tables[state]
        holding = [one for one in clauses if self._holds(one, table, found.means)]
        if found.means is not Meaning.HURT and self._of_something_else(holding, table, found.means):
            return True
        if found.means in _URGENT:
            general = found.means is Meaning.HURT and OWN.isdisjoint(self.words(text))
            return (specific or general) and self._wonders(holding or clauses, table, found.means)
        throughout = self._means_itself(self.words(text), state)
        return specific and not throughout and self._asked(text, answer)

    def _holds(self, clause: Words, table: PhraseTable, means: Meaning) -> bool:
        """Whether what was found stands in `clause`."""
        return bool(table.anywhere(clause, lambda says: says.means is means))

    def _of_something_else(self, clauses: list[Words], table: PhraseTable, means: Meaning) -> bool:
        """Whether there are `clauses`, and all ask about something else than this massage."""
        aside = self._forms.of_something_else
        return bool(clauses) and all(aside(one, table, means) for one in clauses)

    def _wonders(self, clauses: list[Words], table: PhraseTable, means: Meaning) -> bool:
        """Whether all `clauses` are questions that a word which `means` this only stands in."""
        return all(
            self._forms.may_begin(one) and self._listener.wonders(one, table, means)
            for one in clauses
        )

    def _means_itself(self, words: Words, state: str) -> bool:
        """Whether `words` are phrases throughout, and so no word of anything else."""
        alone = state in self._vocabulary.alone.get(words, {})
        return alone or self._tables[state].cut(words) is not None
