"""Numbers and durations as they are spoken."""

_UNITS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def number(value: int) -> str:
    """Write 0 to 999 in words."""
    if value < len(_UNITS):
        return _UNITS[value]
    if value >= 100:
        hundreds, rest = divmod(value, 100)
        return f"{_UNITS[hundreds]} hundred" + (f" and {number(rest)}" if rest else "")
    tens, units = divmod(value, 10)
    return _TENS[tens - 2] + (f" {_UNITS[units]}" if units else "")


def duration(seconds: float) -> str:
    """Write a duration in words, to five seconds below two minutes and to minutes above."""
    if seconds >= 120:
        return _counted(round(seconds / 60), "minute")
    rounded = max(5, 5 * round(seconds / 5))
    minutes, rest = divmod(rounded, 60)
    parts = [_counted(minutes, "minute")] * bool(minutes) + [_counted(rest, "second")] * bool(rest)
    return " ".join(parts)


def _counted(count: int, unit: str) -> str:
    return f"{number(count)} {unit}" + ("" if count == 1 else "s")


def pain(value: int) -> str:
    """Write a pain number as it is read back: "a two", "an eight", "zero"."""
    if value == 0:
        return "zero"
    return f"{'an' if value == 8 else 'a'} {number(value)}"


def with_pain(line: str, value: int) -> str:
    """Fill a pain number into a line, as `{number}` or, where it begins a sentence, `{Number}`."""
    said = pain(value)
    return line.format(number=said, Number=said.capitalize())
