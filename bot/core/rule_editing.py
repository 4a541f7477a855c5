"""Editing the rules of a subscription, where somebody else may do so at the same time."""

from dataclasses import dataclass, fields, replace

from bot.core.rules import Rules

RULE_NAMES = tuple(field.name for field in fields(Rules))


@dataclass(frozen=True, slots=True)
class RuleEdit:
    """What somebody made of the rules of a subscription, and the rules that they saw before."""

    subscription_id: int
    opened: Rules
    entered: Rules

    def onto(self, current: Rules) -> Rules:
        """What they changed, put into the rules as they are now; the rest as others have left it."""
        mine = changed_rules(self.opened, self.entered)
        return replace(current, **{name: getattr(self.entered, name) for name in mine})

    @property
    def undone(self) -> "RuleEdit":
        """The edit that takes this one back."""
        return RuleEdit(self.subscription_id, self.entered, self.opened)


def changed_rules(before: Rules, after: Rules) -> tuple[str, ...]:
    """The names of the rules that differ, in the order of the fields."""
    return tuple(name for name in RULE_NAMES if getattr(before, name) != getattr(after, name))
