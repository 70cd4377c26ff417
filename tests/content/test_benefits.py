"""A benefit is told with its verdict, in the same breath."""

import re

import pytest

from assistant.content.benefits import Benefit, Topic, Verdict
from assistant.content.loader import load_content

TOPICS = load_content().benefits.topics
BENEFITS = [benefit for topic in TOPICS for benefit in topic.benefits]


@pytest.mark.parametrize("benefit", BENEFITS, ids=lambda benefit: benefit.id)
def test_every_benefit_line_holds_its_verdict_and_names_a_source(benefit: Benefit) -> None:
    assert benefit.verdict.value in benefit.say
    assert benefit.sources


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.id)
def test_a_list_names_every_benefit_in_order_and_its_verdict_in_the_same_breath(
    topic: Topic,
) -> None:
    text = f"{topic.say} {topic.more}".lower()
    for benefit in topic.benefits if topic.say else ():
        _, named, text = text.partition(benefit.name)
        assert named, benefit.name
        verdicts = re.findall("|".join(verdict.value for verdict in Verdict), text)
        assert verdicts[0] == benefit.verdict.value, benefit.name


def test_there_are_five_of_the_knee_one_of_stretches_and_ten_of_the_leg() -> None:
    assert {topic.id: len(topic.benefits) for topic in TOPICS} == {
        "knee": 5,
        "stretches": 1,
        "leg": 10,
    }
    ids = [f"knee-{n}" for n in range(1, 6)] + ["stretches"] + [f"leg-{n}" for n in range(1, 11)]
    assert [benefit.id for benefit in BENEFITS] == ids


def test_no_claim_that_is_wrong_as_worded_is_told_without_its_correction() -> None:
    wrong = [benefit.say for benefit in BENEFITS if benefit.verdict is Verdict.WRONG]
    assert wrong
    assert all("wrong as worded." in say for say in wrong)
