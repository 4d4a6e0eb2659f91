/* The search dialog, and the marks on the words that were searched for. */
"use strict";

(() => {
  const dialog = document.getElementById("search-dialog");
  const field = dialog.querySelector("input");
  const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);

  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    field.select();
  };
  for (const button of document.querySelectorAll("[data-search]")) button.addEventListener("click", open);
  for (const key of document.querySelectorAll(".shortcut kbd:first-child")) if (isMac) key.textContent = "⌘";
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(isMac ? event.metaKey : event.ctrlKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open();
  });
  dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());

  // The search page leaves the words that it looked for; they are marked once.
  let words = "";
  try {
    words = localStorage.getItem("sphinx_highlight_terms") ?? "";
    if (!document.getElementById("search-results")) localStorage.removeItem("sphinx_highlight_terms");
  } catch { /* storage is switched off */ }
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const article = document.querySelector("article");
  if (!wanted.length || !article || document.getElementById("search-results")) return;
  const texts = [];
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  while (walker.nextNode())
    if (!walker.currentNode.parentElement.closest("button, .headerlink")) texts.push(walker.currentNode);
  for (let text of texts) {
    for (;;) {
      const found = wanted
        .map((word) => [text.data.toLowerCase().indexOf(word), word.length])
        .filter(([at]) => at >= 0)
        .sort(([a], [b]) => a - b)[0];
      if (!found) break;
      const rest = text.splitText(found[0]);
      text = rest.splitText(found[1]);
      const mark = document.createElement("mark");
      rest.replaceWith(mark);
      mark.append(rest);
    }
  }
})();
