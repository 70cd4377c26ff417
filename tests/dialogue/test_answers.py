"""Questions are answered from the content, or not at all; and a question never moves anybody."""

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.content.answers import Answer
from assistant.content.loader import validate
from assistant.content.phrases import Meaning
from assistant.content.questions import Question, Questions
from assistant.content.routine import Side
from assistant.dialogue.answers import AnswerBook, Reply
from assistant.dialogue.dialogue import Dialogue, DialogueSettings
from assistant.dialogue.free_text import FreeText
from assistant.dialogue.retrieval import NO_QUESTION, Retrieval
from assistant.dialogue.state import State
from assistant.dialogue.understanding import Understood
from assistant.errors import ContentError
from assistant.messages import Began
from tests.conftest import Show
from tests.support.dialogue import (
    CONTENT,
    LINES,
    ROUTINES,
    Talk,
    answers,
    asked,
    massage,
    practising,
    resting,
    unsure,
)

RETRIEVAL = Retrieval(CONTENT.questions, answers)
TYPED = FreeText(CONTENT, CONTENT.routines, unsure, answers)
ANSWERS = AnswerBook(CONTENT)
SENTENCES = Path(__file__).parents[1] / "sentences/questions.tsv"
EXAMPLES = Path(__file__).parents[2] / "models/reading/questions.tsv"
ANSWER = {answer.id: answer for answer in CONTENT.answers.answers}


def knows_none(_: str) -> Mapping[str, float]:
    """A judge who has read no question."""
    return {"unknown": 1.0}


def questions(path: Path = SENTENCES) -> list[tuple[str, str]]:
    """Every question of a set with the id of its answer."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(answer_id, text) for answer_id, text in rows]


def found(question: str) -> str:
    return ANSWERS.reply(RETRIEVAL.answer(question)).id


def unanswerable(answer_id: str) -> bool:
    return answer_id == "unknown" or answer_id.startswith("refusal-")


# Finding the answer


def test_the_set_is_large_and_varied() -> None:
    ids = [answer_id for answer_id, _ in questions()]
    assert len(ids) >= 300
    assert sum(map(unanswerable, ids)) >= len(ids) / 3
    assert len({question for _, question in questions()}) == len(ids)
    assert set(ids) <= {*ANSWER, *(reply.id for reply in every_reply())}
    for place in range(3, 28):
        assert f"faq-{place}" in ids


def test_questions_find_their_answer_and_never_the_nearest_wrong_one(
    show: Show,
) -> None:
    asked_for = questions()
    wrong = [(want, found(text), text) for want, text in asked_for if found(text) != want]
    no_answer = [want for want, _ in asked_for if unanswerable(want)]
    answered = [each for each in wrong if unanswerable(each[0]) and not unanswerable(each[1])]
    right = 1 - len(wrong) / len(asked_for)
    in_error = len(answered) / len(no_answer)
    show(
        f"questions: {right:.1%} of {len(asked_for)} right; "
        f"{in_error:.1%} of the {len(no_answer)} without an answer answered in error"
    )
    assert right >= 0.95, wrong
    assert in_error <= 0.02, answered


def test_no_question_of_the_set_is_an_example() -> None:
    assert {text for _, text in questions()}.isdisjoint(text for _, text in questions(EXAMPLES))


@pytest.mark.long
def test_nearly_every_example_finds_its_answer() -> None:
    asked_for = questions(EXAMPLES)
    wrong = [(want, found(text), text) for want, text in asked_for if found(text) != want]
    assert len(wrong) <= 0.02 * len(asked_for), wrong


def test_what_is_like_no_example_and_fits_no_pattern_has_no_answer() -> None:
    assert [RETRIEVAL.answer(text) for text in ("", "?", "zyx", "12")] == ["unknown"] * 4


def test_an_answer_that_nothing_but_a_pattern_speaks_for_is_none() -> None:
    question = "Breaststroke or front crawl, which is easier on the knees?"
    assert RETRIEVAL.find(question) == "faq-12"
    assert RETRIEVAL.answer(question) == "unknown"


def test_a_question_that_fits_no_pattern_is_answered_where_it_is_like_examples() -> None:
    question = (
        "Tell me the bits round the knee I should be touching and the bits to keep off, please."
    )
    assert RETRIEVAL.find(question) == "unknown"
    assert RETRIEVAL.answer(question) == "faq-7"


@pytest.mark.parametrize(
    "remark",
    ["I can't hold the ball any longer", "I can't hear you any more", "I can't think of a number"],
)
def test_nobody_is_told_of_a_crisis_line_because_of_the_language_model(remark: str) -> None:
    assert found(remark) == "unknown"


@pytest.mark.parametrize(
    "question",
    ["is leg massage fine for mums to be", "may somebody who is carrying twins do this"],
)
def test_a_question_with_a_stop_rule_that_a_pattern_finds_invokes_it(question: str) -> None:
    assert TYPED.understand(question, "practice") == Understood(Meaning.FLAG, "R-PREG")


def test_what_is_asked_without_a_sign_of_a_question_is_answered() -> None:
    asked = "sat behind a counter forty years does massaging the legs make the blood flow better"
    assert TYPED.understand(asked, "practice") == Understood(Meaning.QUESTION, "faq-15")


def test_a_remark_is_no_question() -> None:
    assert TYPED.understand("the kettle is on and the cat is asleep", "practice") is None


def test_what_a_pattern_refuses_stays_refused() -> None:
    assert found("is a massage gun okay over my knee replacement") == "refusal-clearance"


def test_every_answer_that_the_language_model_may_give_exists() -> None:
    may_give = set(answers("is it good for me")) - {NO_QUESTION}
    assert all(ANSWERS.reply(answer_id).id == answer_id for answer_id in may_give)


def test_an_emergency_or_distress_that_a_pattern_finds_is_never_doubted() -> None:
    grave = ("refusal-emergency", "refusal-distress")
    sure_of_one = {"faq-3": 1.0, "knee-benefits": 0.0, **dict.fromkeys(grave, 0.0)}
    retrieval = Retrieval(CONTENT.questions, lambda _: sure_of_one)
    for want, text in questions(EXAMPLES):
        patterns = retrieval.find(text)
        if want == patterns and want in sure_of_one:
            assert retrieval.answer(text) == (want if want in grave else "faq-3")


@pytest.mark.parametrize(
    ("question", "answer_id"),
    [
        ("Will it cure my insomnia?", "refusal-cure"),
        ("Will it help me sleep?", "faq-22"),
        ("Is it a torn meniscus?", "refusal-diagnosis"),
        ("I'm pregnant, may I?", "faq-18"),
        ("Which points bring on labour?", "refusal-pregnancy"),
        ("Can I start after my knee replacement?", "refusal-clearance"),
        ("I take blood thinners, may I massage?", "faq-19"),
        ("Shall I stop my blood thinners?", "refusal-medicines"),
        ("Can massage replace painkillers?", "faq-14"),
        ("Can I massage away a clot?", "refusal-cause"),
        ("Shall I press harder through the pain?", "refusal-force"),
        ("How hard should I press?", "faq-6"),
        ("Can I do it to my dog?", "refusal-others"),
        ("So I needn't see the doctor?", "refusal-skip-care"),
        ("Does it help my shoulder?", "refusal-off-topic"),
        ("Does a foam roller help my calves?", "unknown"),
        ("Does it improve circulation?", "faq-15"),
        ("What does the article say about circulation in the knee?", "knee-1"),
        ("Tell me number three of leg massage", "leg-3"),
        ("What are the benefits of knee massage?", "knee-benefits"),
        ("what are the benefits", "knee-benefits"),
        ("I can\N{RIGHT SINGLE QUOTATION MARK}t breathe!", "refusal-emergency"),
        ("Am I diggin' in too hard?", "faq-6"),
        ("", "unknown"),
        ("?!", "unknown"),
        ("blah", "unknown"),
    ],
)
def test_near_questions_are_told_apart(question: str, answer_id: str) -> None:
    assert found(question) == answer_id


@given(st.text(max_size=300))
def test_any_text_has_an_answer_or_is_unknown(text: str) -> None:
    assert ANSWERS.reply(RETRIEVAL.answer(text)).text


def test_what_stands_further_up_is_decided_first() -> None:
    concepts = {"clot": "clot*", "knee": "knee, knees", "safe": "all right, safe"}
    first = Question("first", asked=("clot|knee safe",))
    second = Question("second", asked=("clot !knee", "safe"))
    retrieval = Retrieval(Questions(concepts, (first, second), {"clotz": "clots"}), knows_none)
    assert retrieval.find("Are clotz safe?") == "first"
    assert retrieval.find("My knee: all right?") == "first"
    assert retrieval.find("a clot") == "second"
    assert retrieval.find("a clot in the knee") == "unknown"
    assert retrieval.find("all") == "unknown"
    assert retrieval.concepts("all knees right") == {"knee"}


@pytest.mark.parametrize(
    "misspelt",
    ["arthrits", "arthrittis", "rathritis", "arthretis"],
    ids=["left", "in", "swapped", "other"],
)
def test_a_long_word_is_known_again_with_one_slip_of_the_keys(misspelt: str) -> None:
    question = Question("known", asked=("arthritis",))
    concepts = {"arthritis": "arthritis"}
    retrieval = Retrieval(
        Questions(concepts, (question,), {}, often_misspelt="arthritis exercise"), knows_none
    )
    assert retrieval.find(f"my {misspelt}") == "known"
    assert retrieval.find(f"my {misspelt}ss") == "unknown"


def test_an_idiom_is_not_taken_word_by_word() -> None:
    concepts = {"run": "run", "list": "list"}
    questions_ = Question("list", asked=("list !run",)), Question("run", asked=("run",))
    idioms = {"run": "run", "run through": "list", ". a run": ""}
    retrieval = Retrieval(Questions(concepts, questions_, {}, idioms=idioms), knows_none)
    assert retrieval.find("Can you run through them?") == "list"
    assert retrieval.find("Can you run them through?") == "run"
    assert retrieval.find("A run?") == "unknown"
    assert retrieval.find("Was it a run?") == "run"


def test_a_pattern_with_an_unknown_concept_is_refused() -> None:
    questions_ = Questions({"knee": "knee"}, (Question("x", asked=("knee !lag",)),), {})
    with pytest.raises(ContentError, match="'knee !lag' names 'lag', which is no concept"):
        Retrieval(questions_, knows_none)


def test_a_concept_with_an_empty_phrase_is_refused() -> None:
    with pytest.raises(ContentError, match="The concept 'knee' has an empty phrase"):
        Retrieval(Questions({"knee": "knee, , knees"}, (), {}), knows_none)


# The content


def every_reply() -> Iterator[Reply]:
    for topic in CONTENT.benefits.topics:
        for benefit in topic.benefits:
            yield ANSWERS.reply(benefit.id)
        yield ANSWERS.reply(f"{topic.id}-benefits")
    for answer_id in ANSWER:
        yield ANSWERS.reply(answer_id)


REPLIES = list(every_reply())


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: reply.id)
def test_every_answer_names_sources_that_can_be_spoken(reply: Reply) -> None:
    assert ANSWERS.spoken_sources(reply)
    assert not any(sign.isdigit() for sign in "".join(ANSWERS.spoken_sources(reply)))


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: reply.id)
def test_an_answer_with_a_verdict_says_it(reply: Reply) -> None:
    if reply.verdict:
        assert reply.verdict in f"{reply.text} {reply.more}"


def test_a_part_of_a_benefit_goes_by_its_id_with_a_verdict_of_its_own() -> None:
    stress = ANSWERS.reply(RETRIEVAL.answer("What is number four of leg massage?"))
    migraine = ANSWERS.reply(RETRIEVAL.answer("Does leg massage help migraines?"))
    assert (stress.id, stress.verdict) == ("leg-4", "supported")
    assert (migraine.id, migraine.verdict) == ("leg-4", "weak")


def test_after_a_part_of_a_benefit_comes_the_benefit_that_follows() -> None:
    talk = typing()
    assert talk.user("Does it help with migraine?").startswith(ANSWER["part-migraine"].say)
    assert talk.user("next one").startswith(LEG[4].say)


@pytest.mark.parametrize("data", [{"id": "x", "sources": ["own rule"]}, {"rule": "R", "say": "S."}])
def test_an_answer_has_its_own_words_or_those_of_a_rule(data: dict[str, object]) -> None:
    with pytest.raises(ContentError, match="exactly one of 'say' and 'rule' is needed"):
        validate({"id": "x", "sources": ["own rule"], **data}, Answer, "answers.toml")


# In a session

BENEFITS = {topic.id: topic for topic in CONTENT.benefits.topics}
KNEE, LEG = BENEFITS["knee"].benefits, BENEFITS["leg"].benefits


def test_the_names_come_first_and_then_one_benefit_at_a_time() -> None:
    talk = practising(step=3)
    said = talk.user("what are the benefits of knee massage")
    assert said.startswith(f"{BENEFITS['knee'].say} {LINES.more_list} Glide your flat palms")
    assert talk.user("number three").startswith(f"{KNEE[2].say} {LINES.more} Glide")
    assert talk.user("tell me more").startswith(KNEE[2].more)
    assert talk.user("tell me more").startswith(KNEE[3].say)
    assert talk.user("next one").startswith(f"{KNEE[4].say} Glide your flat palms")
    assert talk.user("next one").startswith(LINES.nothing_more)
    assert talk.step == 3


def test_the_names_that_do_not_fit_come_on_request() -> None:
    talk = Talk()
    talk.user("what are the benefits of leg massage")
    assert talk.user("tell me more").startswith(f"{BENEFITS['leg'].more} {LINES.more_list}")
    assert talk.user("tell me more").startswith(LEG[0].say)


def test_all_of_them_are_read_in_their_order() -> None:
    talk = practising(step=3)
    talk.user("what are the benefits of leg massage")
    said = talk.user("all of them")
    assert said.startswith(" ".join(benefit.say for benefit in LEG))
    assert talk.user("tell me more").startswith(LINES.nothing_more)


def test_all_of_them_without_a_list_are_those_of_the_massage_in_hand() -> None:
    assert massage("leg_full").user("all of them").startswith(LEG[0].say)


def test_next_one_is_the_next_step_where_no_list_is_read() -> None:
    talk = practising(step=1)
    talk.user("next one please")
    assert talk.step == 2
    talk.user("how hard should i press")
    talk.user("next one")
    assert talk.step == 3


def test_a_list_is_over_with_its_step() -> None:
    talk = practising(step=1)
    talk.user("what are the benefits of knee massage")
    assert talk.user("next one").startswith(KNEE[0].say)
    talk.user("next")
    talk.user("next one")
    assert talk.step == 3


def test_outside_a_massage_next_one_needs_a_list() -> None:
    assert Talk().user("next one").startswith(LINES.which_next)


def test_next_alone_stays_the_command_even_after_a_list() -> None:
    talk = practising(step=1)
    talk.user("what are the benefits of knee massage")
    talk.user("next")
    assert talk.step == 2


def test_an_answer_with_more_to_say_offers_it_once() -> None:
    talk = Talk()
    answer = ANSWER["faq-6"]
    assert talk.user("how hard should i press").startswith(f"{answer.say} {LINES.more}")
    assert talk.user("tell me more") == f"{answer.more} {LINES.ready}"
    assert talk.user("tell me more").startswith(LINES.nothing_more)


def test_an_answer_without_more_to_say_offers_nothing() -> None:
    said = Talk().user("what if a spot is tender")
    assert said == f"{ANSWER['faq-11'].say} {LINES.ready}"


@pytest.mark.parametrize(
    ("question", "sources"),
    [
        (
            "number one",
            "Shoemaker, nineteen ninety-seven. And from Hinds, two thousand and four. And",
        ),
        ("will it prevent injuries", "That is from Davis, twenty twenty."),
        ("what are the benefits of stretches", "That is from Luan, twenty twenty-two."),
    ],
)
def test_says_who_names_the_source_of_what_was_last_said(question: str, sources: str) -> None:
    talk = practising(step=3)
    talk.user(question)
    assert sources in talk.user("says who")
    assert talk.step == 3


def test_says_who_before_anything_was_answered() -> None:
    assert Talk().user("says who").startswith(LINES.says_who_none)


@pytest.mark.parametrize("group", CONTENT.questions.questions, ids=lambda group: group.answer)
def test_every_spoken_question_has_the_answer_it_would_have_when_typed(group: Question) -> None:
    for text in group.spoken:
        wanted = ANSWERS.reply(group.answer).id
        assert found(text) == wanted, text
        if not ANSWERS.reply(group.answer).rule and not group.answer.startswith("process-"):
            assert Talk().user(text).startswith(ANSWERS.reply(group.answer).text), text


def test_the_spoken_questions_are_few_enough_to_be_told_apart() -> None:
    assert sum(len(group.spoken) for group in CONTENT.questions.questions) <= 90


def test_every_question_of_the_guide_can_be_spoken() -> None:
    spoken = {group.answer for group in CONTENT.questions.questions if group.spoken}
    assert {f"faq-{place}" for place in range(3, 28)} <= spoken


# About the massage in hand


@pytest.mark.parametrize(
    ("routine", "step", "answer"),
    [
        ("knee_quick", 3, "The left one."),
        ("calf_foot_tired", 6, "The right one."),
        ("calf_foot_tired", 1, "Both legs."),
    ],
)
def test_which_leg(routine: str, step: int, answer: str) -> None:
    assert practising(routine, step=step).user("which leg").startswith(answer)


def test_what_comes_after_this_step() -> None:
    talk = practising(step=3)
    assert talk.user("what is next").startswith("Here is what follows. Make loose fists")
    assert talk.step == 3


def test_nothing_comes_after_the_last_step() -> None:
    assert practising(step=8).user("what is next").startswith(LINES.last_step)


@pytest.mark.parametrize("talk", [asked, resting], ids=["asked", "resting"])
def test_no_step_is_read_out_while_hands_are_off(talk: Callable[[], Talk]) -> None:
    assert talk().user("what is next").startswith(ANSWER["process-next"].say)


def test_how_long_is_left_in_other_words() -> None:
    said = typing().user("How long until we are nearly done?")
    assert "left in all" in said


def test_about_no_massage_in_particular() -> None:
    assert Talk().user("which leg").startswith(ANSWER["process-side"].say)


# Typed questions, in any words


class Typing(Talk):
    """A conversation at a keyboard, in the middle of a step."""

    def __init__(self) -> None:
        settings = DialogueSettings(screening=False, routine=ROUTINES["knee_quick"], side=Side.LEFT)
        super().__init__(settings)
        self.dialogue = Dialogue(CONTENT, TYPED, settings)
        self.happens(Began())
        for _ in range(2):
            self.spoken()


def typing() -> Typing:
    talk = Typing()
    assert talk.state is State.PRACTICE
    return talk


@pytest.mark.parametrize(
    ("question", "answer_id"),
    [
        ("Would rubbing my knee get the blood moving", "faq-15"),
        ("my legs don't get much blood round them, any good?", "faq-15"),
        ("Is a foam roller any better?", "unknown"),
        ("Explain passive stretching", "faq-13"),
    ],
)
def test_a_typed_question_is_answered_and_moves_nobody(question: str, answer_id: str) -> None:
    talk = typing()
    left = talk.waits_seconds
    said = talk.user(question)
    assert said.startswith(ANSWERS.reply(answer_id).text)
    assert "Sit well back" in said
    talk.spoken()
    assert (talk.state, talk.step, talk.waits_seconds) == (State.PRACTICE, 1, left)


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ("what's the point in living like this", "R-DISTRESS"),
        ("Could you get me an ambulance?", "R-EMERG"),
    ],
)
def test_distress_and_emergencies_end_the_massage(question: str, rule: str) -> None:
    talk = typing()
    said = talk.user(question)
    fixed = next(each for each in CONTENT.screening.rules if each.id == rule)
    words = fixed.say.format(emergency_number=DialogueSettings().emergency_number)
    assert said == " ".join([words] * fixed.times)
    assert talk.state is State.STOPPED
    assert talk.step is None


@pytest.mark.parametrize(
    "question",
    [
        "I have no chest pain, can we begin?",
        "Not pregnant, not on any tablets, no operations. Can we get going?",
        "No clots, no fever. What are the benefits?",
    ],
)
def test_a_question_after_a_denial_is_not_about_what_was_denied(question: str) -> None:
    talk = typing()
    talk.user(question)
    assert (talk.state, talk.step) == (State.PRACTICE, 1)


@pytest.mark.parametrize(
    "question",
    [
        *("While pregnant, can I use this?", "Not sure if I'm pregnant, can I start?"),
        *("Not pregnant yet. Is it safe in pregnancy?", "No, can I do this while pregnant?"),
    ],
)
def test_what_is_asked_about_still_counts_beside_a_denial(question: str) -> None:
    talk = typing()
    talk.user(question)
    assert talk.state is State.STOPPED


def test_what_is_no_question_stays_unclear() -> None:
    talk = typing()
    assert talk.user("rubbing the knee and the blood moving") == ""
    assert talk.ignored


def test_commands_come_before_questions() -> None:
    talk = typing()
    talk.user("Should I stop?")
    assert talk.state is State.STOPPED


@pytest.mark.parametrize(
    "question",
    [
        "Would insoles help me?",
        "how do I put a stop to snoring",
        "can worry stop you sleeping",
        "what help do you give to gardeners",
        "why do pregnant women get swollen legs",
        "is massage good for the knee, no?",
    ],
)
def test_a_question_is_no_command_and_no_warning_sign(question: str) -> None:
    found = TYPED.understand(question, "practice")
    assert found is not None
    assert found.means is Meaning.QUESTION


def test_a_number_in_a_question_is_no_answer() -> None:
    found = TYPED.understand("What would count as a ten, exactly?", "check")
    assert found == Understood(Meaning.QUESTION, "refusal-off-topic")


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("How do I stop the massage?", Meaning.STOP),
        ("can somebody stop this", Meaning.STOP),
        ("Could someone help?", Meaning.HELP),
        ("hold on, who is that?", Meaning.PAUSE),
        ("is swollen both legs, ok?", Meaning.FLAG),
    ],
)
def test_a_plea_or_a_report_that_is_put_as_a_question_stays_one(said: str, means: Meaning) -> None:
    found = TYPED.understand(said, "practice")
    assert found is not None
    assert found.means is means


def test_a_number_of_before_beside_one_of_now_does_not_count() -> None:
    found = TYPED.understand("it's a two now, was a five when I sat down", "check")
    assert found is not None
    assert found.number == 2


def test_nothing_is_answered_during_the_farewell() -> None:
    talk = typing()
    talk.user("goodbye")
    assert talk.user("Does it improve circulation?") == ""


def test_a_recogniser_is_not_taken_for_a_typist() -> None:
    talk = practising(step=3)
    assert talk.user("would rubbing my knee get the blood moving") == ""
    assert talk.ignored
