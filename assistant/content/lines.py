"""Every line the assistant can say that is not a routine, a benefit or a rule."""

from pydantic.dataclasses import dataclass

from assistant.content.strict import STRICT


@dataclass(frozen=True, config=STRICT)
class Lines:
    """The lines by name, as `lines.toml` holds them; words in braces are filled in."""

    greeting: str
    greeting_with_routine: str
    ready: str
    which_routine: str
    which_side: str
    one_at_a_time: str
    screening: str
    screening_unclear: str
    not_started: str
    intro: str
    leave_out: str
    now_left: str
    now_right: str
    halfway: str
    left_in_step: str
    resting: str
    ask_calibrate: str
    ask_step: str
    ask_final: str
    ask_final_soft: str
    ask_hurt: str
    ask_settle: str
    ask_again: str
    ask_number: str
    ask_lookalike: str
    answer_first: str
    green: str
    green_final: str
    amber_final: str
    amber: str
    step_left_out: str
    red: str
    settled: str
    not_settled: str
    too_sore: str
    skipped_twice: str
    leave_it: str
    finished: str
    paused: str
    held_no_answer: str
    held_unclear: str
    held_device: str
    device_back: str
    stopped: str
    nothing_to_resume: str
    already_started: str
    louder: str
    quieter: str
    slower: str
    faster: str
    voice: str
    as_far_as_it_goes: str
    softer: str
    longer: str
    longer_not: str
    no_such_step: str
    time_left: str
    time_left_none: str
    where: str
    help_ready: str
    help_choosing: str
    help_side: str
    help_screening: str
    help_step: str
    help_check: str
    help_resting: str
    help_waiting: str
    help_held: str
    help_over: str
    farewell: str
    farewell_idle: str
    nothing_more: str
