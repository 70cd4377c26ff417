"""Questions -> what is said, from the content only, each benefit with its verdict."""

from assistant.content.benefits import Benefit, Benefits, Topic

BENEFITS = "-benefits"


class Answers:
    """Answers by id, and the place in the list that "tell me more" goes on from."""

    def __init__(self, benefits: Benefits) -> None:
        self._topics = {topic.id: topic for topic in benefits.topics}
        self._said = {answer.id: answer.say for answer in benefits.answers}
        for topic in benefits.topics:
            self._said |= {benefit.id: benefit.say for benefit in topic.benefits}
        self._topic: Topic | None = None
        self._next = 0

    def answer(self, answer_id: str, topic_in_hand: str) -> str:
        """Return the answer. `benefits` means those of the topic in hand."""
        if answer_id == "benefits":
            answer_id = topic_in_hand + BENEFITS
        if answer_id.endswith(BENEFITS):
            self._topic, self._next = self._topics[answer_id.removesuffix(BENEFITS)], 0
            return self._topic.summary
        self._point_after(answer_id)
        return self._said[answer_id]

    def more(self, topic_in_hand: str) -> str | None:
        """Return the next benefit of the topic last spoken of, or None after the last."""
        return self.item(self._next + 1, topic_in_hand)

    def item(self, number: int, topic_in_hand: str) -> str | None:
        """Return benefit `number`, from 1, of the topic last spoken of, or else of that in hand."""
        self._topic = self._topic or self._topics[topic_in_hand]
        benefits = self._topic.benefits
        if not 1 <= number <= len(benefits):
            return None
        self._next = number
        return benefits[number - 1].say

    def _point_after(self, answer_id: str) -> None:
        for topic, place, benefit in self._places():
            if benefit.id == answer_id:
                self._topic, self._next = topic, place

    def _places(self) -> list[tuple[Topic, int, Benefit]]:
        return [
            (topic, place, benefit)
            for topic in self._topics.values()
            for place, benefit in enumerate(topic.benefits, start=1)
        ]
