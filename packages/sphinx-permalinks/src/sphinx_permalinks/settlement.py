"""What a build concludes from its pages' claims, and when an earlier conclusion still holds.

Plain data, which Sphinx stores from one build to the next. No Sphinx is imported here.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from typing import NamedTuple, cast

from sphinx_permalinks import __version__, claims, findings
from sphinx_permalinks.claims import Claims
from sphinx_permalinks.findings import Finding, Rules
from sphinx_permalinks.ledger import Entry


class Settlement(NamedTuple):
    """Who holds which address, and what is wrong.

    Attributes:
        holders: The docname of the page that each address leads to, by key.
        addresses: The same for each address that front matter claims, by its path, in
            docname order.
        permalinks: The permalink's path of each page that has one, by docname.
        titles: What each page is called, by docname; "" if nothing.
        retired: The addresses that were given up, and that no page has by its path.
        findings: What is wrong, by file and line.
    """

    holders: dict[str, str]
    addresses: dict[str, str]
    permalinks: dict[str, str]
    titles: dict[str, str]
    retired: list[Entry]
    findings: list[Finding]


NOTHING = Settlement({}, {}, {}, {}, [], [])


def settle(site: Claims, rules: Rules) -> Settlement:
    """Give each address to one page, and find what is wrong.

    Args:
        site: The claims of all pages.
        rules: What they are held against.

    Returns:
        The settlement.
    """
    grants = claims.grant(site, rules.taken)
    retired = rules.ledger.retired if rules.ledger is not None else {}
    return Settlement(
        holders=grants.holders,
        addresses={claim.address.path: claim.page.docname for claim in grants.explicit},
        permalinks={docname: address.path for docname, address in grants.permalinks.items()},
        titles={page.docname: page.heading or page.title for page in site.pages},
        retired=[entry for key, entry in retired.items() if key not in grants.holders],
        findings=findings.find(site, grants, rules),
    )


class Memory(NamedTuple):
    """A settlement, and all that it was derived from.

    On a large site to derive it takes longer than to see that nothing has changed.

    Attributes:
        basis: A digest of what was given.
        read: When Sphinx had read those pages whose files were looked into, in microseconds,
            by docname. Where in its file a field stands is not part of the basis.
        anchors: Which anchors were asked for, by docname and name, and whether they were there.
        settlement: What was concluded.
    """

    basis: str
    read: dict[str, int]
    anchors: dict[tuple[str, str], bool]
    settlement: Settlement

    def holds(
        self,
        basis: str,
        read: Mapping[str, int],
        has_anchor: Callable[[str, str], object],
    ) -> bool:
        """Tell whether the same would be concluded today.

        Args:
            basis: A digest of what is given today.
            read: When Sphinx has read each page, in microseconds, by docname.
            has_anchor: Says whether a page, by its docname, has an anchor.

        Returns:
            Whether all that the settlement was derived from is as it was.
        """
        return (
            self.basis == basis
            and all(read.get(docname) == time for docname, time in self.read.items())
            and all(bool(has_anchor(*place)) == there for place, there in self.anchors.items())
        )

    def stored(self) -> bytes:
        """Give the memory as bytes, which cost Sphinx less to store than what they tell."""
        return pickle.dumps((__version__, pickle.dumps(self)))


def remembered(stored: bytes) -> Memory | None:
    """Read what `Memory.stored` has written.

    Args:
        stored: The bytes, from Sphinx's own store: they are trusted as it is.

    Returns:
        The memory; None if another version of this package has written it.
    """
    version, memory = pickle.loads(stored)  # noqa: S301
    return cast("Memory", pickle.loads(memory)) if version == __version__ else None  # noqa: S301
