/* The search: ranks the sections of all pages by the words that a reader types.

The index is one file, made by handbook/web/search.py; its synonyms and weights are those of
_templates/search.yml. Words are compared by their stems. */
"use strict";

(() => {
  const SHOWN = 24; // pages at most
  const STOP = new Set(
    ("a an and are as at be been but by can could did do does for from had has have how i if in into is it its " +
      "may me my near no not of on or our shall should such that the their them then there these they this to " +
      "was we were what when where which who whom whose why will with would you your s").split(" "),
  );
  // How much a word counts by where it is, and how soon more of the same stop counting.
  const HEADING = 6, TITLE = 3, ANCHOR = 2, TEXT = 1, ENOUGH = 1.6, LONG = 120;
  const SYNONYM = 0.7, PREFIX = 0.8;
  const LEAST = 8; // a page is not shown if the first one is so much better

  const stemmer = new Stemmer();
  const stems = new Map();
  const stem = (word) => {
    if (!stems.has(word)) stems.set(word, stemmer.stemWord(word));
    return stems.get(word);
  };

  const WORD = /[\p{Letter}\p{Number}]+(?:-[\p{Letter}\p{Number}]+)*/gu;
  /** The forms under which a word is found: "by-laws" as "laws" and as "bylaws". */
  const forms = (word) => {
    const parts = word.toLowerCase().split("-");
    return (parts.length > 1 ? [...parts, parts.join("")] : parts).filter((part) => !STOP.has(part));
  };
  const wordsOf = (text) => [...text.matchAll(WORD)].flatMap(([word]) => forms(word));

  const counted = (words) => {
    const counts = new Map();
    for (const word of words) counts.set(stem(word), (counts.get(stem(word)) ?? 0) + 1);
    return counts;
  };

  /** Prepare the index: count the words of each section, and in how many sections each word is. */
  const prepare = (index) => {
    const sections = [];
    const written = new Map(); // every word as it is written, and how often
    for (const [docname, page] of Object.entries(index.pages)) {
      const title = counted(wordsOf(page.title));
      const weight = index.weights?.[docname.split("/")[0]] ?? 1;
      for (const section of page.sections) {
        const heading = wordsOf(section.heading), text = wordsOf(section.text);
        for (const word of [...heading, ...text]) written.set(word, (written.get(word) ?? 0) + 1);
        sections.push({
          ...section, page, weight, order: [...heading, ...text].map(stem),
          fields: [[title, TITLE], [counted(wordsOf(section.id)), ANCHOR], [counted(heading), HEADING / (0.5 + heading.length / 6)], [counted(text), TEXT / (0.5 + text.length / LONG)]],
        });
      }
    }
    const spread = new Map();
    for (const section of sections)
      for (const word of new Set(section.order)) spread.set(word, (spread.get(word) ?? 0) + 1);
    const synonyms = new Map();
    for (const [word, meanings] of Object.entries(index.synonyms ?? {})) synonyms.set(stem(word), meanings);
    return { sections, spread, written, synonyms };
  };

  /** How many letters are wrong, missing, too many or swapped; `most` + 1 if more than that. */
  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = [], row = [...Array(b.length + 1).keys()];
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++) {
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      [before, row] = [row, next];
    }
    return row[b.length];
  };

  /** The word of the handbook that is most like one that it does not have. */
  const nearest = (word, { written }) => {
    const most = word.length < 4 ? 0 : word.length < 7 ? 1 : 2;
    let best = null, least = most + 1, often = 0;
    for (const [other, count] of written) {
      const away = distance(word, other, most);
      if (away < least || (away === least && away <= most && count > often)) [best, least, often] = [other, away, count];
    }
    return best;
  };

  /** What matches one word of a query: the word, its synonyms, else words that begin with it. */
  const termOf = (typed, prepared) => {
    const has = (words) => words.length > 0 && words.every((word) => prepared.spread.has(word));
    const choice = (text, weight) => ({ words: [...new Set(wordsOf(text).map(stem))], weight });
    const joined = typed.toLowerCase().replaceAll("-", "");
    const own = { words: [stem(joined)], weight: 1 };
    const choices = [own, ...(typed.includes("-") ? [choice(typed.replaceAll("-", " "), 1)] : [])];
    choices.push(...(prepared.synonyms.get(own.words[0]) ?? []).map((text) => choice(text, SYNONYM)));
    const known = choices.filter(({ words }) => has(words));
    if (known.length) return { typed, choices: known };
    const longer = joined.length < 3 ? [] : [...prepared.written.keys()].filter((word) => word.startsWith(joined));
    if (longer.length)
      return { typed, choices: [...new Set(longer.map(stem))].map((word) => ({ words: [word], weight: PREFIX })) };
    const meant = nearest(joined, prepared);
    return meant ? { ...termOf(meant, prepared), typed, meant } : { typed, choices: [] };
  };

  /** What a section is worth for a query, and which of its terms the section holds. */
  const judge = (section, terms, rarity) => {
    const held = new Set();
    let worth = 0, share = 0;
    for (const [i, { choices }] of terms.entries()) {
      const times = (word) => section.fields.reduce((sum, [counts, each]) => sum + each * (counts.get(word) ?? 0), 0);
      const often = Math.max(0, ...choices.map(({ words, weight }) => weight * Math.min(...words.map(times))));
      if (!often) continue;
      held.add(i);
      share += rarity[i];
      worth += (rarity[i] * often) / (often + ENOUGH);
    }
    const stemsOf = (i) => terms[i].choices.flatMap(({ words }) => words);
    const follows = (one, other) =>
      section.order.some((word, k) => one.includes(word) && other.includes(section.order[k + 1]));
    for (let i = 1; i < terms.length; i++)
      if (held.has(i - 1) && held.has(i) && follows(stemsOf(i - 1), stemsOf(i))) worth += (rarity[i - 1] + rarity[i]) / 6;
    const total = rarity.reduce((sum, each) => sum + each, 0);
    return { worth: total ? section.weight * worth * (share / total) ** 2 : 0, held };
  };

  /** Find pages, each with its best section: first those titled exactly as typed, then the best matches.
      A page need not contain every word. */
  const find = (text, prepared) => {
    const { sections, spread } = prepared;
    const typed = [...text.matchAll(WORD)].map(([word]) => word.toLowerCase()).filter((word) => !STOP.has(word));
    const terms = [...new Set(typed)].map((word) => termOf(word, prepared));
    const rarity = terms.map(({ choices }) => {
      const most = Math.max(0.5, ...choices.map(({ words }) => Math.min(...words.map((word) => spread.get(word)))));
      return Math.log(1 + sections.length / most);
    });
    const own = new Set(terms.map(({ choices }) => choices[0]?.words.join(" ")));
    const named = (title) => own.size === counted(wordsOf(title)).size && [...counted(wordsOf(title)).keys()].every((word) => own.has(word));
    const pages = new Map();
    for (const section of sections) {
      const { worth, held } = judge(section, terms, rarity);
      if (!worth) continue;
      const page = pages.get(section.page) ?? { page: section.page, parts: [], held: new Set() };
      page.parts.push({ section, worth });
      held.forEach((term) => page.held.add(term));
      pages.set(section.page, page);
    }
    const results = [...pages.values()];
    for (const page of results) {
      page.parts.sort((a, b) => b.worth - a.worth);
      page.named = named(page.page.title);
      page.section = page.named ? page.page.sections[0] : page.parts[0].section;
      page.worth = page.parts.slice(0, 4).reduce((sum, { worth }, i) => sum + (i ? worth / 4 : worth), 0);
    }
    results.sort((a, b) => b.named - a.named || b.worth - a.worth);
    const most = Math.max(...results.map(({ worth }) => worth));
    const complete = results.some(({ held }) => held.size === terms.length);
    return { terms, complete, results: results.filter(({ worth }) => worth > most / LEAST).slice(0, SHOWN) };
  };

  const element = (name, properties, ...children) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  };

  /** The part of a text with the most words of the query, which are marked. */
  const extract = (text, wanted) => {
    const found = [...text.matchAll(WORD)].map((word) => ({
      at: word.index, end: word.index + word[0].length, hit: forms(word[0]).map(stem).find((form) => wanted.has(form)),
    }));
    const hits = found.filter(({ hit }) => hit);
    const around = ({ at }) => new Set(hits.filter((other) => other.at >= at && other.end <= at + 180).map(({ hit }) => hit)).size;
    const first = hits.reduce((best, hit) => (best && around(best) >= around(hit) ? best : hit), null);
    const from = found[Math.max(0, found.indexOf(first) - 10)]?.at ?? 0;
    const to = from + 240 < text.length ? text.lastIndexOf(" ", from + 240) : text.length;
    const paragraph = element("p", { className: "context" }, from ? "… " : "");
    let done = from;
    for (const { at, end } of hits.filter((hit) => hit.at >= from && hit.end <= to)) {
      paragraph.append(text.slice(done, at), element("mark", {}, text.slice(at, end)));
      done = end;
    }
    paragraph.append(text.slice(done, to), to < text.length ? " …" : "");
    return paragraph;
  };

  const summary = (text, { terms, complete, results }) => {
    const quoted = (words) => words.map((word) => `“${word}”`).join(", ");
    const count = results.length === 1 ? "One page" : `${results.length} pages`;
    const nears = terms.filter(({ meant }) => meant);
    if (!results.length) return `No page mentions “${text}”. Try other words, or look through the chapters in the menu.`;
    if (!complete) return `No page has all these words. ${count} with some of them:`;
    if (nears.length)
      return `No page mentions ${quoted(nears.map(({ typed }) => typed))}. ${count} with ${quoted(nears.map(({ meant }) => meant))}:`;
    return `${count} for “${text}”:`;
  };

  const show = (text, prepared, output) => {
    const root = document.documentElement.dataset.content_root;
    const found = find(text, prepared);
    const wanted = new Set(found.terms.flatMap(({ choices }) => choices.flatMap(({ words }) => words)));
    const list = output.querySelector(".search");
    const meant = prepared.sections.find(({ term, heading }) =>
      term && found.terms.length && found.terms.every(({ choices }) =>
        choices.some(({ words }) => words.every((word) => wordsOf(heading).map(stem).includes(word)))));
    if (meant) {
      const link = element("a", { href: `${root}${meant.page.url}#${meant.id}` }, meant.heading);
      list.before(element("p", { className: "search-term" }, element("b", {}, "Glossary: "), link, ` — ${meant.text}`));
    }
    for (const { page, section } of found.results) {
      const link = element("a", { href: `${root}${page.url}${section.id && `#${section.id}`}` }, page.title);
      if (section.id) link.append(` › ${section.heading}`);
      list.append(element("li", {}, link, extract(section.text, wanted)));
    }
    // searching.js marks these words on the page that the reader opens.
    const typed = found.terms.map((term) => term.meant ?? term.typed).join(" ");
    list.addEventListener("click", () => {
      try { localStorage.setItem("sphinx_highlight_terms", typed); } catch { /* storage is switched off */ }
    });
    output.querySelector("h2").hidden = !found.results.length;
    output.querySelector("[role=status]").textContent = summary(text, found);
  };

  /** Load the index and show what was asked for. */
  const start = async (output) => {
    const field = document.getElementById("search-page");
    field.focus();
    const text = (new URLSearchParams(location.search).get("q") ?? "").trim();
    if (!text) return;
    field.value = text;
    try {
      const response = await fetch(output.dataset.index);
      show(text, prepare(await response.json()), output);
    } catch (error) {
      console.info("The search failed:", error);
      output.querySelector("[role=status]").textContent =
        "The search could not be loaded. Look through the chapters in the menu.";
    }
  };

  globalThis.handbookSearch = { prepare, find };
  const output = document.getElementById("search-results");
  if (output) start(output);
})();
