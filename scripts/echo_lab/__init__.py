"""A laboratory: the whole assistant in simulated rooms, with people who speak over it.

| module | holds |
|---|---|
| `rooms.py` | rooms by seed: where loudspeaker and person are, how long it reverberates |
| `conditions.py` | what is varied: levels, delays, clocks, noise |
| `people.py` | recordings of people from a folder with a manifest |
| `listeners.py` | the assistant's ears, and two plainer ones to compare them with |
| `trials.py` | one run each: a "stop" over speech, a recital, an interruption, a radio |
| `laboratory.py` | runs them in several processes and remembers what is done |
| `tables.py`, `plots.py` | what came of it |
"""
