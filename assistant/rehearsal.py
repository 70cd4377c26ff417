"""A session without a sound card: a simulated room and a scripted user, as fast as it will go."""

from pathlib import Path

import numpy as np

from assistant.app import Session
from assistant.audio_files import read_audio
from assistant.journal import Entry
from assistant.messages import samples
from assistant.offline import Recordings, run_offline
from assistant.room import Acoustics, SimulatedRoom, active_rms, at_peak, gain_for_echo
from assistant.scenario import DURING_SECONDS, Scenario, Turn
from assistant.speaking.synthesiser import Samples, Synthesiser

USER_VOICE, USER_RATE_WPM = "gmw/en-gb-x-rp+m1", 145
"""Of the voices tried the one whose words are heard best; without breath or echo, which differ from
one rendering to the next."""


class ScriptedUser:
    """Says each turn when its moment comes; those that wait for a line go in order."""

    def __init__(self, turns: list[tuple[Turn, Samples]], room: SimulatedRoom) -> None:
        self._room = room
        self._waiting = [(turn, speech) for turn, speech in turns if turn.at is None]
        for turn, speech in turns:
            if turn.at is not None:
                room.user_says(speech, samples(turn.at))

    def follow(self, entry: Entry, offset_in_line: int = 0) -> None:
        """React to what the assistant says (`say`) and has said (`spoken`)."""
        if not self._waiting:
            return
        turn, speech = self._waiting[0]
        text = str(entry.details.get("text", ""))
        if entry.event == "spoken" and turn.after is not None and turn.after in text:
            start = entry.at + samples(turn.delay or 0.0)
        elif entry.event == "say" and turn.during is not None and turn.during in text:
            start = entry.at + offset_in_line
            start += samples(DURING_SECONDS if turn.delay is None else turn.delay)
        else:
            return
        self._waiting.pop(0)
        self._room.user_says(speech, start)

    def unsaid(self) -> list[str]:
        """Return what the turns still wait for."""
        return [turn.after or turn.during or "" for turn, _ in self._waiting]

    @property
    def cue(self) -> str:
        """What the next turn waits to be said, or nothing."""
        return (self._waiting[0][0].during or "") if self._waiting else ""


class Rehearsal:
    """Drives a session through a scenario.

    Args:
        session: the assistant, not begun yet.
        scenario: room, user and expectations.
        folder: what the scenario's paths are relative to.
        synthesiser: speaks for the user.
    """

    def __init__(
        self, session: Session, scenario: Scenario, folder: Path, synthesiser: Synthesiser
    ) -> None:
        self._session = session
        turns = [(turn, _speech(turn, scenario, folder, synthesiser)) for turn in scenario.user]
        acoustics = _acoustics(scenario, folder, [speech for _, speech in turns], session)
        self._room = SimulatedRoom(acoustics)
        self._user = ScriptedUser(turns, self._room)
        session.journal.add(self._follow)

    def run(self, recordings: Recordings, limit_seconds: float | None = None) -> None:
        """Go on until the session or the limit ends it."""
        run_offline(self._session.conversation, self._room, recordings, limit_seconds)

    def unsaid(self) -> list[str]:
        """Return, for each turn that was never said, the line it waited for."""
        return self._user.unsaid()

    def _follow(self, entry: Entry) -> None:
        if entry.event in ("say", "spoken"):
            self._user.follow(entry, self._session.mouth.offset_of(self._user.cue))


def _speech(turn: Turn, scenario: Scenario, folder: Path, synthesiser: Synthesiser) -> Samples:
    if turn.wav is not None:
        speech = read_audio(folder / turn.wav)
    else:
        speech = synthesiser.render(turn.say or "", USER_VOICE, USER_RATE_WPM)
    if scenario.room.user_impulse_response is not None:
        response = read_audio(folder / scenario.room.user_impulse_response)
        speech = np.convolve(speech, response).astype(np.float32)
    return at_peak(speech, turn.level_db)


def _acoustics(
    scenario: Scenario, folder: Path, user: list[Samples], session: Session
) -> Acoustics:
    room = scenario.room
    response = np.ones(1, np.float32)
    if room.impulse_response is not None:
        response = read_audio(folder / room.impulse_response)
    user_rms = active_rms(np.concatenate(user)) if user else _USUAL_USER_RMS
    return Acoustics(
        echo_gain=_echo_gain(room.echo_db, user_rms, response, session),
        echo_delay=samples(room.delay_ms / 1000),
        impulse_response=response,
        noise=_noise(room.noise, folder, user_rms, room.snr_db),
        drift_ppm=room.drift_ppm,
        jump=samples(room.jump_ms / 1000),
        clip=room.clip,
    )


_USUAL_USER_RMS = 0.1
"""Stands for the user's level in a scenario where nobody speaks."""


def _echo_gain(
    echo_db: float | None, user_rms: float, response: Samples, session: Session
) -> float:
    if echo_db is None:
        return 0.0
    return gain_for_echo(echo_db, user_rms, session.sample_of_voice(), response)


def _noise(name: str | None, folder: Path, user_rms: float, snr_db: float) -> Samples:
    if name is None:
        return np.zeros(1, np.float32)
    noise = read_audio(folder / name)
    rms = float(np.sqrt((noise.astype(np.float64) ** 2).mean())) or 1.0
    return (noise * (user_rms / rms * 10 ** (-snr_db / 20))).astype(np.float32)
