"""What the modal of settings answers to each thing that a person does in it, as the view to show next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.rules import Subscription
from bot.core.subscribing import EVERYTHING
from bot.language import _, speaking
from bot.services.answers import WorkflowName
from bot.services.commands.subscription_words import ALL
from bot.services.edit_rules import EditRules
from bot.services.find_workflow import find_workflow
from bot.services.rule_answers import RulesMovedOn, SubscriptionGone
from bot.slack.blocks.settings import gone, meanwhile, preview_lines
from bot.slack.modals.settings import SettingsForm, note_view, settings_view, with_preview
from bot.slack.modals.settings_entries import Entered, Mistakes, read_entries
from bot.slack.modals.settings_metadata import Opened, Whence, decode

View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SettingsDialog:
    rules: EditRules

    def of_places(self, places: Collection[str], wanted: str, whence: Whence) -> View:
        """The subscription of what is wanted, or else one that covers it, or else the first of these places."""
        found = self.rules.of_places(places)
        if not found:
            return note_view(nothing_here())
        called = self._called(wanted)
        exactly = [one for one in found if one.workflows in called]
        covering = [one for one in found if one.covers(*called)]
        return self._form(found, [*exactly, *covering, *found][0], whence)

    def _called(self, wanted: str) -> tuple[str, str]:
        """What a subscription to it may be to: the id and the name of a workflow, anything else as it is written."""
        if wanted.casefold() in ALL:
            return EVERYTHING, EVERYTHING
        found = find_workflow(wanted, self.rules.names())
        return (found.workflow_id, found.name) if isinstance(found, WorkflowName) else (wanted, wanted)

    def of_subscription(self, subscription_id: int | None, whence: Whence) -> View:
        found = self.rules.beside(subscription_id) if subscription_id else []
        chosen = next((one for one in found if one.subscription_id == subscription_id), None)
        return self._form(found, chosen, whence) if chosen else note_view(gone())

    def preview(self, view: View) -> View:
        """The same modal, with what these rules would have sent, or what is wrong with them."""
        entered = read_entries(view)
        match entered:
            case None:
                return note_view(from_another_version())
            case Mistakes():
                return with_preview(view, [f"⚠️ {mistake}" for mistake in entered.by_block.values()])
            case Entered():
                return with_preview(view, preview_lines(self.rules.preview(entered.edit)))

    def submitted(self, view: View) -> Entered | dict[str, Any]:
        """What can be saved, or what to acknowledge with: mistakes beside their inputs, or another view.

        Nobody is asked anything here: Slack waits for it.
        """
        opened = decode(str(view.get("private_metadata")))
        with speaking(opened.language if opened else None):
            entered = read_entries(view)
            match entered:
                case None:
                    return _update(note_view(from_another_version()))
                case Mistakes():
                    return {"response_action": "errors", "errors": dict(entered.by_block)}
            moved_on = self.rules.moved_on(entered.edit)
            match moved_on:
                case None:
                    return entered
                case SubscriptionGone():
                    return _update(note_view(gone()))
                case RulesMovedOn():
                    return _update(self._rebased(moved_on, entered.opened))

    def _rebased(self, moved_on: RulesMovedOn, opened: Opened) -> View:
        """What they changed, on top of what others changed. Nothing is lost, and nothing saved unseen."""
        edit, current = moved_on.edit, moved_on.subscription
        notes = [*meanwhile(moved_on), _("What you changed is kept below. Save again if that is still right.")]
        found = self.rules.beside(current.subscription_id)
        names = dict(self.rules.names())
        form = SettingsForm(found, current, edit.onto(current.rules), opened.whence, names)
        return settings_view(form, notes)

    def _form(self, found: Sequence[Subscription], chosen: Subscription, whence: Whence) -> View:
        """With its rules as they are."""
        return settings_view(SettingsForm(found, chosen, chosen.rules, whence, dict(self.rules.names())))


def nothing_here() -> str:
    return _("Nothing is subscribed here yet. Type `/dataflow subscribe` and the name of a workflow first.")


def from_another_version() -> str:
    return _("This is from another version of the bot. Close it and open the settings again.")


def _update(view: View) -> dict[str, Any]:
    return {"response_action": "update", "view": view}
