/* Lets the keyboard scroll what is wider than its place: a table, or lines of code. */
"use strict";

(() => {
  const watcher = new ResizeObserver((entries) => {
    for (const { target } of entries)
      if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
  });
  for (const box of document.querySelectorAll(".pst-scrollable-table-container, pre")) watcher.observe(box);
})();
