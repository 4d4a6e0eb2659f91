"""Links to pages by their permalinks: the role, Markdown links that begin with a slash, objects.

Who holds which address is told by the build's settlement. Stored is what cannot be derived:
which page links where, and what was true when its output was last written. What takes long to
derive is stored together with all that it was derived from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast
from urllib.parse import unquote

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain, ObjType
from sphinx.errors import NoUri
from sphinx.locale import _
from sphinx.roles import XRefRole
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import docname_join, logging
from sphinx.util.nodes import make_refnode

from sphinx_permalinks import address, findings
from sphinx_permalinks.address import InvalidAddressError
from sphinx_permalinks.findings import Subtype
from sphinx_permalinks.settlement import NOTHING

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

    from sphinx_permalinks.settlement import Settlement

logger = logging.getLogger(__name__)

# Looking for a near match takes time for every address of the site.
_HINTS_MAX = 25


class Target(NamedTuple):
    """Where a link leads.

    Attributes:
        docname: The page.
        anchor: The place on it, as an id of its doctree; "" for the page itself.
        title: What the place is called.
        found: Whether the page has the anchor that was asked for.
    """

    docname: str
    anchor: str
    title: str
    found: bool = True


class PageRole(XRefRole):
    """The role `permalink:page`."""

    def process_link(
        self,
        env: BuildEnvironment,  # noqa: ARG002
        refnode: Element,  # noqa: ARG002
        has_explicit_title: bool,  # noqa: ARG002
        title: str,
        target: str,
    ) -> tuple[str, str]:
        """Spell the target as inventories do, so that other projects' pages are found too."""
        path, hash_sign, fragment = target.partition("#")
        try:
            return title, f"{address.parse(path).path}{hash_sign}{fragment}"
        except InvalidAddressError:
            return title, target


class PermalinkDomain(Domain):
    """Pages as objects that are named by their permalinks."""

    name = "permalink"
    label = "Permalink"
    object_types: ClassVar = {"page": ObjType(_("page"), "page")}
    roles: ClassVar = {"page": PageRole(innernodeclass=nodes.inline, warn_dangling=True)}
    data_version = 2
    initial_data: ClassVar = {
        "links": {},  # docname -> {target: whether the page's title is the link's text}
        "targets": {},  # target -> what it was resolved to by the last build
        "permalinks": {},  # docname -> the permalink that the last build showed
        "memory": b"",  # the settlement.Memory of the last build, as bytes
        "unreadable": {},  # docname -> what is wrong with its front matter, if anything
    }

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        self.settlement = NOTHING
        self.builder: Builder | None = None
        self._labels: dict[str, dict[str, tuple[str, str]]] | None = None
        self._hints = 0

    # What Sphinx asks of a domain

    def clear_doc(self, docname: str) -> None:
        """Forget the links of a page that is read again, or gone, and what was wrong with it."""
        self.data["links"].pop(docname, None)
        self.data["unreadable"].pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over the links of pages that another process has read."""
        links = otherdata["links"]
        self.data["links"].update({d: links[d] for d in docnames if d in links})

    def process_doc(
        self,
        env: BuildEnvironment,  # noqa: ARG002
        docname: str,
        document: nodes.document,
    ) -> None:
        """Note where a page links to."""
        links: dict[str, bool] = {}
        for node in document.findall(addnodes.pending_xref):
            if _is_permalink(node):
                implicit = not node.get("refexplicit")
                links[node["reftarget"]] = implicit or links.get(node["reftarget"], False)
        if links:
            self.data["links"][docname] = links

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """List the permalinks for objects.inv; the search finds the pages by themselves."""
        for path, docname in self.settlement.addresses.items():
            yield path, self.title(docname), "page", docname, "", -1

    def resolve_xref(  # noqa: PLR0913, PLR0917 - as Sphinx calls it
        self,
        env: BuildEnvironment,  # noqa: ARG002
        fromdocname: str,
        builder: Builder,
        typ: str,  # noqa: ARG002
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> nodes.reference | None:
        """Resolve the role."""
        found = self.find(target)
        if found is None:
            return None
        if not found.found:
            self.warn_unknown(target, node)
        if not node.get("refexplicit"):
            contnode = nodes.inline(found.title, found.title, classes=contnode["classes"])
        return make_refnode(builder, fromdocname, found.docname, found.anchor, contnode)

    def resolve_any_xref(  # noqa: PLR0913, PLR0917 - as Sphinx calls it
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: Element,
    ) -> list[tuple[str, nodes.reference]]:
        """Resolve a Markdown link, or the role `any`, whose target begins with a slash."""
        if not target.startswith("/") or self._is_docname(target, fromdocname):
            return []  # Sphinx itself knows docnames, and would find two targets
        reference = self.resolve_xref(env, fromdocname, builder, "page", target, node, contnode)
        return [("permalink:page", reference)] if reference is not None else []

    # What a build asks of the domain

    def begin(self, builder: Builder) -> None:
        """Forget what an earlier build of this process had looked up.

        Args:
            builder: That of the build that begins.
        """
        self.builder = builder
        self._labels, self._hints = None, 0

    def settle(self, settlement: Settlement) -> set[str]:
        """Take note of who holds which address in this build.

        Args:
            settlement: Who holds what.

        Returns:
            The docnames of pages whose output is no longer true, or has a broken link that
            must be told again.
        """
        self.settlement = settlement
        shown, before = settlement.permalinks, self.data["permalinks"]
        stale = set()
        if shown != before:
            stale = {d for d in shown.keys() | before.keys() if shown.get(d) != before.get(d)}
        self.data["permalinks"] = shown
        return (stale | self._pages_with_stale_links()) & self.env.found_docs

    def find(self, target: str) -> Target | None:
        """Find the place that a link's target means.

        Args:
            target: An address of the site, with or without a fragment.

        Returns:
            The place, or None if no page has the address.
        """
        path, _sign, fragment = target.partition("#")
        try:
            docname = self.settlement.holders.get(address.parse(path).key)
        except InvalidAddressError:
            return None
        if docname is None:
            return None
        if not fragment:
            return Target(docname, "", self.title(docname))
        for spelling in (fragment, unquote(fragment)):
            anchor = self._anchor(docname, spelling)
            if anchor is not None:
                return Target(docname, anchor[0], anchor[1] or self.title(docname))
        return Target(docname, "", self.title(docname), found=False)

    def title(self, docname: str) -> str:
        """Give a page's title in one line; its name if it has none."""
        return self.settlement.titles.get(docname) or docname

    def labels(self) -> dict[str, list[str]]:
        """Give the ids of the places that authors have labelled, by docname."""
        return {
            docname: sorted({label for label, _title in index.values()})
            for docname, index in self._label_index().items()
        }

    def has_anchor(self, docname: str, anchor: str) -> bool:
        """Tell whether a page has an anchor: a label, an id, or the slug of a heading."""
        return self._anchor(docname, anchor) is not None

    def warn_unknown(self, target: str, node: Element) -> None:
        """Warn of a link that leads nowhere, with what may have been meant."""
        path, _sign, fragment = target.partition("#")
        found = self.find(target)
        if found is None:
            message = self._unknown_address(target, path)
        else:
            near = self._near(fragment, self._anchors(found.docname))
            message = findings.unknown_anchor(target, near and f"{path}#{near}")
        subtype = Subtype.UNKNOWN_PERMALINK.value
        logger.warning("%s", message, location=node, type="permalinks", subtype=subtype)

    # Anchors

    def _anchor(self, docname: str, fragment: str) -> tuple[str, str] | None:
        """Give the id and the title of a place on a page."""
        slugs = self.env.metadata.get(docname, {}).get("myst_slugs", {})
        if fragment in slugs:
            return slugs[fragment][1], slugs[fragment][2]
        label = self._label_index().get(docname, {}).get(fragment)
        if label is not None:
            return label
        if fragment in self._doctree_ids(docname):
            return fragment, ""
        return None

    def _anchors(self, docname: str) -> Set[str]:
        slugs = self.env.metadata.get(docname, {}).get("myst_slugs", {})
        return {*slugs, *self._label_index().get(docname, ()), *self._doctree_ids(docname)}

    def _label_index(self) -> dict[str, dict[str, tuple[str, str]]]:
        """Sort the labels of the standard domain by page: by name and by id, id and title."""
        if self._labels is None:
            self._labels = {}
            std = self.env.domaindata["std"]
            for name, (docname, label, *_rest) in std["anonlabels"].items():
                # An id that docutils has counted out may be another place's tomorrow.
                if docname in self.env.found_docs and not _is_counted(label):
                    title = std["labels"].get(name, ("", "", ""))[2]
                    index = self._labels.setdefault(docname, {})
                    index[label] = index[name] = (label, title)
        return self._labels

    def _doctree_ids(self, docname: str) -> Set[str]:
        return set(self.env.get_doctree(docname).ids)

    # Links

    def _pages_with_stale_links(self) -> set[str]:
        links: dict[str, dict[str, bool]] = self.data["links"]
        wanted: dict[str, bool] = {}
        for targets in links.values():
            for target, implicit in targets.items():
                wanted[target] = implicit or wanted.get(target, False)
        now: dict[str, Target | None] = {}
        for target, implicit in wanted.items():
            found = self.find(target)
            now[target] = found._replace(title="") if found and not implicit else found
        before = self.data["targets"]
        stale = {
            target
            for target, found in now.items()
            if not self._is_settled(target, found) or before.get(target) != found
        }
        self.data["targets"] = now
        if not stale:
            return set()
        return {docname for docname, targets in links.items() if not stale.isdisjoint(targets)}

    def _is_settled(self, target: str, found: Target | None) -> bool:
        """Tell whether a link needs no warning, and so no writing again to repeat it."""
        if found is not None:
            return found.found
        if self._is_docname(target, ""):
            return True
        inventory = getattr(self.env, "intersphinx_inventory", None) or {}
        return target in inventory.get("permalink:page", {})

    def _is_docname(self, target: str, fromdocname: str) -> bool:
        return docname_join(fromdocname, target) in self.env.all_docs

    def _unknown_address(self, target: str, path: str) -> str:
        try:
            key = address.parse(path).key
        except InvalidAddressError:
            return findings.unknown_address(target, None, None)
        for entry in self.settlement.retired:
            if entry.address.key == key:
                source = self.env.config.permalinks_ledger
                return findings.unknown_address(target, None, findings.given_up(entry, source))
        holders, permalinks = self.settlement.holders, self.settlement.permalinks
        near = self._near(key, holders)
        if near is not None:  # perhaps a permalink, which need not be spelt as its key is
            own = permalinks.get(holders[near])
            near = own if own is not None and address.at(own).key == near else near
        return findings.unknown_address(target, near, None)

    def _near(self, text: str, others: Iterable[str]) -> str | None:
        import difflib  # noqa: PLC0415 - few builds have a broken link

        self._hints += 1
        if self._hints > _HINTS_MAX:
            return None
        return next(iter(difflib.get_close_matches(text, others, n=1)), None)


def permalink_domain(env: BuildEnvironment) -> PermalinkDomain:
    """Give the environment's permalink domain by its type."""
    return cast("PermalinkDomain", env.get_domain("permalink"))


class SlashLinks(SphinxPostTransform):
    """Looks at Markdown links that begin with a slash before MyST does.

    MyST knows only that such a target was not found. Here is known what may have been meant,
    and that a slash never leads to another project.
    """

    # MyST's own resolver has 9.
    default_priority = 8

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Give links without a text their page's title; warn of those that lead nowhere."""
        domain = permalink_domain(self.env)
        for node in list(self.document.findall(addnodes.pending_xref)):
            if node.get("reftype") != "myst" or not _is_permalink(node):
                continue
            found = domain.find(node["reftarget"])
            if found is not None:
                if not node["refexplicit"] and not node[0].children:
                    cast("Element", node[0]).append(nodes.Text(found.title))
            elif not self._is_known_elsewhere(domain, node):
                if not self._is_excepted(node["reftarget"]):
                    domain.warn_unknown(node["reftarget"], node)
                text = node[0].children or [nodes.literal("", node["reftarget"])]
                node.replace_self(text)

    def _is_known_elsewhere(self, domain: PermalinkDomain, node: pending_xref) -> bool:
        """Tell whether Sphinx, or another domain, has something of this name."""
        target = node["reftarget"]
        fromdocname = node.get("refdoc", self.env.docname)
        if docname_join(fromdocname, target) in self.env.all_docs:
            return True
        contnode = cast("Element", node[0].deepcopy())
        builder = cast("Builder", domain.builder)
        try:
            return any(
                other.resolve_any_xref(self.env, fromdocname, builder, target, node, contnode)
                for other in self.env.domains.values()
                if other is not domain and _answers_any(other)
            )
        except NoUri:  # known, but not part of this builder's output
            return True

    def _is_excepted(self, target: str) -> bool:
        """Tell whether the project knows of a broken link, and has told MyST so."""
        return ("myst", target) in self.config.nitpick_ignore or any(
            re.fullmatch(kind, "myst") and re.fullmatch(pattern, target)
            for kind, pattern in self.config.nitpick_ignore_regex
        )


def _answers_any(domain: Domain) -> bool:
    return type(domain).resolve_any_xref is not Domain.resolve_any_xref


def _is_permalink(node: Element) -> bool:
    if "intersphinx" in node:
        return False
    if node.get("refdomain") == "permalink":
        return True
    by_slash = node.get("reftype") in {"myst", "any"} and not node.get("refdomain")
    return by_slash and str(node.get("reftarget", "")).startswith("/")


def _is_counted(label: str) -> bool:
    return label.startswith("id") and label[2:].isdecimal()
