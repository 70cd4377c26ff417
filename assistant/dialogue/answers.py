"""Answers, from the content only, each benefit with its verdict; and what was last answered."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.content.answers import Answer
from assistant.content.benefits import Benefit, Topic
from assistant.content.loader import Content

BENEFITS = "-benefits"
ALL_BENEFITS = "benefits"
"""Asked for without saying of what."""


@dataclass(frozen=True)
class Reply:
    """What is answered. `more` is said when it is asked for; `sources` are names."""

    id: str
    text: str
    more: str
    verdict: str | None
    sources: tuple[str, ...]
    rule: str = ""
    """The stop rule whose words these are."""


class AnswerBook:
    """Every reply by its id, and the topics with their benefits in order."""

    def __init__(self, content: Content) -> None:
        self.topics = {topic.id: topic for topic in content.benefits.topics}
        self._rules = {rule.id: rule.say for rule in content.screening.rules}
        self._sources = {source.name: source.say for source in content.answers.sources}
        self._replies = {reply.id: reply for reply in self._of_benefits(content)}
        self._replies |= {answer.id: self._reply_of(answer) for answer in content.answers.answers}

    def reply(self, answer_id: str, topic_in_hand: str = "knee") -> Reply:
        """Return the reply. `benefits` means those of the topic in hand."""
        if answer_id == ALL_BENEFITS:
            answer_id = topic_in_hand + BENEFITS
        return self._replies[answer_id]

    def spoken_sources(self, reply: Reply) -> tuple[str, ...]:
        """Return where the reply comes from, as it is spoken: the first three will do."""
        return tuple(self._sources[name] for name in reply.sources[:3])

    def _of_benefits(self, content: Content) -> Iterator[Reply]:
        for topic in content.benefits.topics:
            benefits = [_benefit(benefit) for benefit in topic.benefits]
            yield from benefits
            yield _summary(topic, benefits)

    def _reply_of(self, answer: Answer) -> Reply:
        known_as = answer.part_of or answer.id
        text = self._rules[answer.rule] if answer.rule else answer.say
        return Reply(known_as, text, answer.more, answer.verdict, answer.sources, answer.rule)


def _benefit(benefit: Benefit) -> Reply:
    return Reply(benefit.id, benefit.say, benefit.more, benefit.verdict, benefit.sources)


def _summary(topic: Topic, benefits: list[Reply]) -> Reply:
    summary_id = topic.id + BENEFITS
    if not topic.say:
        return replace(benefits[0], id=summary_id)
    return Reply(summary_id, topic.say, topic.more, topic.verdict, topic.sources)


class Told:
    """What was last answered: where "tell me more", "number three" and "says who" go on from."""

    def __init__(self, book: AnswerBook) -> None:
        self._book = book
        self._last: Reply | None = None
        self._rest = ""
        self._topic: Topic | None = None
        self._place = 0

    def answer(self, answer_id: str, topic_in_hand: str) -> str:
        """Return the answer, and remember it."""
        self._last = reply = self._book.reply(answer_id, topic_in_hand)
        self._rest = reply.more
        self._topic, self._place = self._placed(reply.id)
        return reply.text

    @property
    def more_to_say(self) -> bool:
        """Whether "tell me more" would be answered."""
        return bool(self._rest or (self._topic and self._place < len(self._topic.benefits)))

    @property
    def in_a_list(self) -> bool:
        """Whether benefits are being gone through."""
        return self._topic is not None

    def leave_list(self) -> None:
        """No list is being gone through any more."""
        self._topic, self._place = None, 0

    @property
    def at_the_names(self) -> bool:
        """Whether the benefits were only named so far."""
        return self._topic is not None and self._place == 0

    def more(self, topic_in_hand: str) -> str | None:
        """Return what is left of the last answer, else the benefit that follows, or None."""
        if self._rest:
            rest, self._rest = self._rest, ""
            return rest
        if self._last and not self._topic:
            return None
        return self.item(self._place + 1, topic_in_hand)

    def item(self, number: int, topic_in_hand: str) -> str | None:
        """Return benefit `number`, from 1, of the topic last spoken of, or else of that in hand."""
        topic = self._topic or self._book.topics[topic_in_hand]
        if not 1 <= number <= len(topic.benefits):
            return None
        return self.answer(topic.benefits[number - 1].id, topic_in_hand)

    def following(self, topic_in_hand: str) -> str | None:
        """Return the benefit that follows, or None after the last."""
        return self.item(self._place + 1, topic_in_hand)

    def all(self, topic_in_hand: str) -> str:
        """Return every benefit of the topic last spoken of, or else of that in hand."""
        topic = self._topic or self._book.topics[topic_in_hand]
        return " ".join(self.answer(benefit.id, topic_in_hand) for benefit in topic.benefits)

    def sources(self) -> tuple[str, ...]:
        """Return where the last answer comes from, as it is spoken; nothing without an answer."""
        return self._book.spoken_sources(self._last) if self._last else ()

    def _placed(self, answer_id: str) -> tuple[Topic | None, int]:
        """Return the topic that the answer belongs to, and how far into its benefits."""
        for topic in self._book.topics.values():
            ids = [topic.id + BENEFITS, *(benefit.id for benefit in topic.benefits)]
            if answer_id in ids:
                return topic, ids.index(answer_id)
        return None, 0
