"""Links to pages by their permalinks: the role, Markdown links that begin with a slash, objects.

Who holds which address is derived anew by each build. Stored is what cannot be derived from the
environment: what each source file says, which page links where, and what was true when a page's
output was last written.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from pathlib import Path
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
from sphinx_permalinks.claims import Claim, Resolution
from sphinx_permalinks.common import nearest
from sphinx_permalinks.findings import Rules, Subtype

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

# Looking for a near match takes time for every address of the site.
_HINTS_MAX = 25


class Target(NamedTuple):
    """Where a link leads. A plain tuple, since it is stored and compared.

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
    data_version = 5
    initial_data: ClassVar = {
        "pages": {},  # docname -> its file, and what that says
        "names": {},  # docname -> the names of the places that its author has labelled
        "links": {},  # docname -> {target: whether the page's title is the link's text}
        "shown": {},  # docname -> what the last build showed of permalinks
    }

    def __init__(self, env: BuildEnvironment) -> None:
        super().__init__(env)
        self.site = Resolution({})
        self.rules = Rules(lambda _key: None)
        # Claims to sections of an address, by the address's key and "#".
        self.moved_sections: dict[str, list[Claim]] = {}
        self.begin(None)

    # Called by Sphinx

    def clear_doc(self, docname: str) -> None:
        """Forget what is known of a page that is read again, or gone."""
        for name in ("pages", "names", "links"):
            self.data[name].pop(docname, None)

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process has read."""
        for name in ("pages", "names", "links"):
            known = otherdata[name]
            self.data[name].update({d: known[d] for d in docnames if d in known})

    def process_doc(
        self,
        env: BuildEnvironment,  # noqa: ARG002
        docname: str,
        document: nodes.document,
    ) -> None:
        """Note where a page links to, and what its author has labelled."""
        # Other extensions register labels of their own for every heading.
        names = [name for name, is_explicit in document.nametypes.items() if is_explicit]
        if names:
            self.data["names"][docname] = names
        links: dict[str, bool] = {}
        for node in document.findall(addnodes.pending_xref):
            if _is_permalink(node):
                implicit = not node.get("refexplicit")
                links[node["reftarget"]] = implicit or links.get(node["reftarget"], False)
        if links:
            self.data["links"][docname] = links

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """List the permalinks for objects.inv; the search finds the pages by themselves."""
        for claim in self.site.granted:
            if not (claim.fragment or claim.url):
                title = self.title(claim.docname)
                yield claim.address.path, title, "page", claim.docname, claim.anchor, -1
        for docname, labels in self.labels().items():
            permalink = self.site.permalinks.get(docname)
            if permalink is None:
                continue
            for label in labels:
                title = self._label_index()[docname][label][1] or self.title(docname)
                yield f"{permalink.path}#{label}", title, "page", docname, label, -1

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

    # Called by the event handlers

    def begin(self, builder: Builder | None) -> None:
        """Forget what an earlier build of this process had looked up."""
        self.builder = builder
        # The names of labels that are there only while the inventory is written.
        self.exported: list[str] = []
        self._labels: dict[str, dict[str, tuple[str, str]]] | None = None
        self._hints = 0

    def update(self, site: Resolution, rules: Rules) -> set[str]:
        """Take note of who holds which address in this build.

        Returns:
            The docnames of pages whose output is no longer true, or has a broken link that
            must be reported again.
        """
        self.site, self.rules = site, rules
        self.moved_sections = {}
        for claim in site.granted:
            if claim.fragment and not claim.url:
                self.moved_sections.setdefault(f"{claim.address.key}#", []).append(claim)
        shown: dict[str, list[object]] = defaultdict(list)
        for docname, place in site.permalinks.items():
            shown[docname].append(place.path)
        for key, claims in self.moved_sections.items():
            holder = site.holders.get(key[:-1])
            if holder is not None:  # its page has a script that leads on
                shown[holder.docname] += sorted(f"{c.fragment} {c.docname}" for c in claims)
        for docname, claim in site.forwards.items():
            shown[docname].append(f"{claim.docname}#{claim.anchor} {claim.url}")
        links: dict[str, dict[str, bool]] = self.data["links"]
        found = {target: self.find(target) for targets in links.values() for target in targets}
        broken = {target for target in found if self._needs_warning(target, found[target])}
        for docname, targets in links.items():
            for target, implicit in targets.items():
                now = found[target]
                shown[docname].append(now if implicit or not now else now[:2])
        before, self.data["shown"] = self.data["shown"], dict(shown)
        stale = {d for d in shown.keys() | before.keys() if shown.get(d) != before.get(d)}
        stale.update(d for d, targets in links.items() if not broken.isdisjoint(targets))
        return stale & self.env.found_docs

    def find(self, target: str) -> Target | None:
        """Find the place that a link's target means; None if no page has the address.

        Args:
            target: An address of the site, with or without a fragment.
        """
        path, _sign, fragment = target.partition("#")
        try:
            key = address.parse(path).key
        except InvalidAddressError:
            return None
        claim = self.site.holders.get(f"{key}#{fragment}") or self.site.holders.get(key)
        if claim is None or claim.url:
            return None
        docname = claim.docname
        # A section may be a page of its own now.
        fragment = "" if claim.fragment else fragment or claim.anchor
        for spelling in (fragment, unquote(fragment)) if fragment else ():
            anchor = self.anchor(docname, spelling)
            if anchor is not None:
                return Target(docname, anchor[0], anchor[1] or self.title(docname))
        return Target(docname, "", self.title(docname), found=not fragment)

    def title(self, docname: str) -> str:
        """Give a page's title in one line; its name if it has none."""
        page = self.site.pages.get(docname)
        return (page.heading or page.title if page is not None else "") or docname

    def labels(self) -> dict[str, list[str]]:
        """Give the ids of the places that authors have labelled, by docname."""
        found = {}
        for docname, names in self.data["names"].items():
            index = self._label_index().get(docname, {})
            ids = {index[name][0] for name in names if name in index}
            if ids:
                found[docname] = sorted(ids)
        return found

    def warn_unknown(self, target: str, node: Element) -> None:
        """Warn about a link that leads nowhere, with what may have been meant."""
        path, _sign, fragment = target.partition("#")
        found = self.find(target)
        if found is None and self._may_be_unreadable(path):
            return  # the page that has the address is reported
        if found is None:
            message = self._unknown_address(target, path)
        else:
            near = self._near(fragment, self._anchors(found.docname))
            message = findings.unknown(target, findings.NO_ANCHOR, near and f"{path}#{near}")
        subtype = Subtype.UNKNOWN_PERMALINK.value
        logger.warning("%s", message, location=node, type="permalinks", subtype=subtype)

    def _may_be_unreadable(self, path: str) -> bool:
        """Whether a page whose front matter cannot be read has an address somewhere in its text."""
        return any(
            path in Path(self.env.doc2path(docname)).read_text("utf-8", errors="replace")
            for docname, page in self.site.pages.items()
            if page.problem
        )

    # Anchors

    def anchor(self, docname: str, fragment: str) -> tuple[str, str] | None:
        """Give the id and the title of a place on a page: a label, an id, or a heading's slug."""
        slugs = self.env.metadata.get(docname, {}).get("myst_slugs", {})
        if fragment in slugs:
            return slugs[fragment][1], slugs[fragment][2]
        label = self._label_index().get(docname, {}).get(fragment)
        return label or ((fragment, "") if fragment in self.env.get_doctree(docname).ids else None)

    def _anchors(self, docname: str) -> Set[str]:
        slugs = self.env.metadata.get(docname, {}).get("myst_slugs", {})
        labels = self._label_index().get(docname, ())
        return {*slugs, *labels, *self.env.get_doctree(docname).ids}

    def _label_index(self) -> dict[str, dict[str, tuple[str, str]]]:
        """Sort the labels of the standard domain by page: by name and by id, id and title."""
        if self._labels is None:
            self._labels = {}
            std = self.env.domaindata["std"]
            for name, (docname, label, *_rest) in std["anonlabels"].items():
                # An id that docutils has made by counting may be another place's tomorrow.
                is_counted = label.startswith("id") and label[2:].isdecimal()
                if docname in self.env.found_docs and not is_counted:
                    title = std["labels"].get(name, ("", "", ""))[2]
                    index = self._labels.setdefault(docname, {})
                    index[label] = index[name] = (label, title)
        return self._labels

    # Links

    def _needs_warning(self, target: str, found: Target | None) -> bool:
        """Whether a link needs a warning, and its page to be written again to repeat it."""
        if found is not None:
            return not found.found
        inventory = getattr(self.env, "intersphinx_inventory", None) or {}
        is_known = target in inventory.get("permalink:page", {})
        return not (is_known or self._is_docname(target, ""))

    def _is_docname(self, target: str, fromdocname: str) -> bool:
        return docname_join(fromdocname, target) in self.env.all_docs

    def _unknown_address(self, target: str, path: str) -> str:
        try:
            key = address.parse(path).key
        except InvalidAddressError:
            return findings.unknown(target, findings.NO_PAGE)
        entry = self.rules.ledger.retired.get(key)
        if entry is not None:
            return findings.unknown(target, findings.retired_by(entry, self.rules.ledger.file))
        near = self._near(key, self.site.holders)
        if near is not None:  # perhaps a permalink, which need not be spelled as its key is
            own = self.site.permalinks.get(self.site.holders[near].docname)
            near = own.path if own is not None and own.key == near else near
        return findings.unknown(target, findings.NO_PAGE, near)

    def _near(self, text: str, others: Iterable[str]) -> str | None:
        self._hints += 1
        return nearest(text, others) if self._hints <= _HINTS_MAX else None


def permalink_domain(env: BuildEnvironment) -> PermalinkDomain:
    """Give the environment's permalink domain by its type."""
    return cast("PermalinkDomain", env.get_domain("permalink"))


class SlashLinks(SphinxPostTransform):
    """Handles Markdown links that begin with a slash before MyST does.

    MyST knows only that such a target was not found. This package knows what may have been
    meant, and that a slash never leads to another project.
    """

    # MyST's own resolver has 9.
    default_priority = 8

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Give links without text their page's title; warn about those that lead nowhere."""
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
        """Whether Sphinx, or another domain, has something of this name."""
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
        """Whether the project has told MyST that the link is broken."""
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
