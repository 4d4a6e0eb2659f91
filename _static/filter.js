/* Narrows down the rows of a page's tables, by words and by section. */
"use strict";

for (const box of document.querySelectorAll(".filter")) {
  const [words, choice] = [box.querySelector("input"), box.querySelector("select")];
  const status = box.querySelector("[role=status]");
  const sections = [...document.querySelectorAll("article section:has(> div > .cards)")];
  const rows = sections.flatMap((section) => [...section.querySelectorAll(":scope > div > .cards tbody tr")]);
  for (const section of sections)
    choice.append(new Option(section.querySelector("h2, h3").textContent, section.id));

  const show = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      const inSection = !choice.value || row.closest("section").id === choice.value;
      row.hidden = !inSection || !wanted.every((word) => text.includes(word));
    }
    // A section that has nothing left to show would only be in the way.
    for (const section of document.querySelectorAll("article section section")) {
      const own = rows.filter((row) => section.contains(row));
      section.hidden = own.length > 0 && own.every((row) => row.hidden);
    }
    const left = rows.filter((row) => !row.hidden).length;
    status.textContent = status.dataset.found.replace("$left", left).replace("$all", rows.length);
  };
  words.addEventListener("input", show);
  choice.addEventListener("change", show);
}
