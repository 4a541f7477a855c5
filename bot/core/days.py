"""Days as people write them: in words, and in the order that the language puts them in."""

from datetime import date

from bot.language import N_, _

WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


def spell_weekday(number: int) -> str:
    """0 is Monday."""
    return _(WEEKDAYS[number])


def spell_day(day: date) -> str:
    """Such as Saturday 21 March 2026."""
    return _("{weekday} {day} {month} {year}").format(
        weekday=spell_weekday(day.weekday()), day=day.day, month=_(MONTHS[day.month - 1]), year=day.year
    )
