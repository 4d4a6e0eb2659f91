/* Search results that lead to the rule.

Sphinx's index knows which pages hold a word. Which of them is about it, and where on the page
it stands, is read from the pages themselves: they are fetched anyhow to show an extract. If
Sphinx's search is no longer what is expected here, its own result list is shown. */
"use strict";

(() => {
  const PAGES_READ = 24;
  // They point to rules, or are about the handbook: the rule itself comes first.
  const SECONDARY = [
    [/^reference(\/|$)/, 0.3],
    [/^(guides|principles)(\/|$)|^index$/, 0.6],
  ];
  const importance = (docname) => (SECONDARY.find(([pages]) => pages.test(docname)) ?? [null, 1])[1];
  // What readers type, and how the rules write it.
  const SPELLINGS = [[/\bby-?laws?\b/gi, "by laws"]];

  const addressOf = (docname) => {
    const root = document.documentElement.dataset.content_root;
    if (DOCUMENTATION_OPTIONS.BUILDER === "dirhtml")
      return root + docname.replace(/(^|\/)index$/, "$1") + (/(^|\/)index$/.test(docname) ? "" : "/");
    return root + docname + DOCUMENTATION_OPTIONS.LINK_SUFFIX;
  };

  const stemmer = new Stemmer();
  const stems = new Map();
  const stem = (word) => {
    if (!stems.has(word)) stems.set(word, stemmer.stemWord(word));
    return stems.get(word);
  };
  const words = (text) => splitQuery(text.toLowerCase()).map(stem);

  /** How often the query's words stand in a text one after the other, and each by itself. */
  const hits = (text, query) => {
    const found = words(text);
    let phrases = 0;
    const single = new Set();
    found.forEach((word, i) => {
      if (query.includes(word)) single.add(word);
      if (query.every((wanted, k) => found[i + k] === wanted)) phrases++;
    });
    return { phrases, all: query.every((wanted) => single.has(wanted)) };
  };

  const worth = (text, query, each) => {
    const { phrases, all } = hits(text, query);
    return each * (Math.min(phrases, 5) + (all ? 1 : 0));
  };

  const textOf = (elements) => elements.map((element) => element.textContent).join(" ");

  /** The parts of a page, each without the parts inside it. */
  const partsOf = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll(".headerlink, script, style, .authority, .visually-hidden").forEach((e) => e.remove());
    page.querySelectorAll("td, th").forEach((cell) => cell.append(" · "));
    return [...page.querySelectorAll("article.bd-article section[id]")].map((section) => {
      const own = [...section.children].filter((child) => child.tagName !== "SECTION");
      const heading = own.find((child) => /^H[1-6]$/.test(child.tagName));
      const body = own.filter((child) => child !== heading && child.tagName !== "SPAN");
      return {
        id: section.id,
        top: section.parentElement.tagName !== "SECTION",
        heading: heading ? heading.textContent.trim() : "",
        text: textOf(body).replace(/\s+/g, " ").trim(),
        rules: textOf(body.flatMap((e) => [...e.querySelectorAll("td, blockquote"), ...(e.matches("blockquote") ? [e] : [])])),
        // The subjects that the documents say nothing about.
        gaps: textOf(body.flatMap((e) => [...e.querySelectorAll(".admonition-title"), ...(e.matches(".admonition") ? [...e.children].slice(0, 1) : [])])),
        terms: [...section.querySelectorAll(":scope > dl.glossary > dt, :scope > div > dl.glossary > dt, :scope dl.glossary > dt")],
      };
    });
  };

  const judge = (parts, query) => {
    for (const part of parts)
      part.worth =
        worth(part.heading, query, part.top ? 20 : 12) +
        worth(part.gaps, query, 12) +
        worth(part.text, query, 2) +
        worth(part.rules, query, 2);
    const best = parts.reduce((a, b) => (b.worth > a.worth ? b : a));
    const others = parts.reduce((sum, part) => sum + part.worth, 0) - best.worth;
    return { best, worth: best.worth + others / 4 };
  };

  const extract = (text, query) => {
    const found = [...text.matchAll(/[\p{Letter}\p{Number}_]+/gu)];
    const at = (i) => query.every((wanted, k) => found[i + k] && stem(found[i + k][0].toLowerCase()) === wanted);
    const first = found.findIndex((_, i) => at(i));
    const any = first >= 0 ? first : found.findIndex((word) => query.includes(stem(word[0].toLowerCase())));
    const from = any > 12 ? found[any - 12].index : 0;
    const paragraph = document.createElement("p");
    paragraph.className = "context";
    if (from) paragraph.append("… ");
    let done = from;
    for (const word of found) {
      if (word.index < from || word.index > from + 220) continue;
      if (!query.includes(stem(word[0].toLowerCase()))) continue;
      const mark = document.createElement("mark");
      mark.textContent = word[0];
      paragraph.append(text.slice(done, word.index), mark);
      done = word.index + word[0].length;
    }
    const end = from + 240 < text.length ? text.lastIndexOf(" ", from + 240) : text.length;
    if (end > done) paragraph.append(text.slice(done, end));
    if (end < text.length) paragraph.append(" …");
    return paragraph;
  };

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  const glossaryEntry = (address, parts, query) => {
    for (const term of parts.flatMap((part) => part.terms)) {
      if (!hits(term.textContent, query).all) continue;
      const meaning = term.nextElementSibling ? term.nextElementSibling.textContent.trim() : "";
      const link = element("a", { href: `${address}#${term.id}` }, term.textContent.trim());
      return element("p", { className: "search-term" }, element("b", {}, "Glossary: "), link, ` — ${meaning}`);
    }
    return null;
  };

  const read = async (docname) => {
    const response = await fetch(addressOf(docname));
    return response.ok ? partsOf(await response.text()) : [];
  };

  const show = async (text) => {
    const spelled = SPELLINGS.reduce((said, [from, to]) => said.replace(from, to), text);
    const parsed = Search._parseQuery(spelled);
    const query = [...parsed[1]];
    // The last result is the best one: Sphinx takes them from the end.
    const found = Search._performSearch(...parsed).reverse();
    const titles = new Map(found.map(([docname, title]) => [docname, Search._index.titles[Search._index.docnames.indexOf(docname)] ?? title]));
    const docnames = [...titles.keys()].slice(0, PAGES_READ);
    const pages = await Promise.all(
      docnames.map(async (docname, place) => {
        const parts = await read(docname).catch(() => []);
        const judged = parts.length ? judge(parts, query) : { best: null, worth: 0 };
        return { docname, place, parts, ...judged, worth: judged.worth * importance(docname) };
      }),
    );
    pages.sort((a, b) => b.worth - a.worth || a.place - b.place);

    for (const { docname, parts, best } of pages) {
      const address = addressOf(docname);
      const anchor = best && !best.top ? `#${best.id}` : "";
      const entry = glossaryEntry(address, parts, query);
      if (entry) Search.output.before(entry);
      const link = element("a", { href: address + anchor }, titles.get(docname));
      const item = element("li", {}, link);
      if (anchor) item.append(element("span", { className: "search-section" }, ` › ${best.heading}`));
      if (best) item.append(extract(best.text, query));
      Search.output.append(item);
    }
    Search.stopPulse();
    Search.dots.remove();
    Search.title.textContent = "Results";
    const count = pages.length === 1 ? "One page speaks" : `${pages.length || "No"} pages speak`;
    Search.status.textContent = `${count} of “${text.trim()}”.`;
    if (!pages.length)
      Search.status.append(" Try fewer or other words, or look through the chapters in the menu.");
  };

  if (typeof Search._parseQuery === "function" && typeof Search._performSearch === "function") {
    const asBefore = Search.query;
    Search.query = (text) =>
      show(text).catch((error) => {
        console.info("The handbook's own result list failed:", error);
        asBefore(text);
      });
  }

  const field = document.getElementById("search-page");
  field.focus();
  if (new URLSearchParams(location.search).get("q"))
    Search.loadIndex(`${document.documentElement.dataset.content_root}searchindex.js`);
})();
