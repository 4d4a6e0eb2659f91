"""A page for each member organization and each working group, from the data.

A page only names its record, as in `{member} CORSA` or `{working-group} Metrics`. A record may
have no page: the lists then show it without a link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from handbook.calendar import group_due
from handbook.common import did_you_mean
from handbook.data import DataDirective, Shown

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

DATA = ("members/members.yml", "members/members.schema.json")


class RosterDirective(DataDirective):
    """Shows one record through a template."""

    final_argument_whitespace = True
    key: ClassVar[str]
    lists: ClassVar[tuple[str, ...]]
    template: ClassVar[str]

    def run(self) -> list[nodes.Node]:
        """Find the record that the page names, and show it."""
        return self.show(Shown(*DATA, self.template), self._choose)

    def _choose(self, data: dict[str, Any]) -> dict[str, Any]:
        records = {record[self.key]: record for name in self.lists for record in data[name]}
        name = self.arguments[0]
        if name not in records:
            hint = did_you_mean(name, records)
            raise self.error(f"{DATA[0]} has no record named {name!r}; {hint}, or remove the page")
        common = {key: data[key] for key in ("source", "as_of")}
        return {**common, **records[name], **self.add(records[name])}

    def add(self, record: dict[str, Any]) -> dict[str, Any]:
        """What is computed from the record."""
        del record
        return {}


class Member(RosterDirective):
    """Shows a member organization, also after it has left."""

    key = "short_name"
    lists = ("members", "former_members")
    template = "_templates/member.md.jinja"


class WorkingGroup(RosterDirective):
    """Shows a working group, with what is due next."""

    key = "name"
    lists = ("working_groups",)
    template = "_templates/working-group.md.jinja"

    def add(self, record: dict[str, Any]) -> dict[str, Any]:
        """When the next review is due."""
        due = group_due(record)
        return {"due": due.by if due else None}


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("member", Member)
    app.add_directive("working-group", WorkingGroup)
