/* Sets the chosen colors before the page is drawn. Without it, and until a reader chooses, the
   stylesheet follows the system. */
"use strict";

(() => {
  const root = document.documentElement;
  const stored = () => {
    try { return localStorage.getItem("mode"); } catch { return null; /* storage is switched off */ }
  };
  const show = (mode) => {
    root.dataset.mode = mode;
    if (mode === "auto") delete root.dataset.theme;
    else root.dataset.theme = mode;
    for (const meta of document.querySelectorAll("[name='theme-color']")) {
      meta.dataset.of ??= meta.media.includes("dark") ? "dark" : "light";
      const chosen = meta.dataset.of === mode ? "all" : "not all";
      meta.media = mode === "auto" ? `(prefers-color-scheme: ${meta.dataset.of})` : chosen;
    }
    for (const button of document.querySelectorAll("[data-set-mode]"))
      button.setAttribute("aria-pressed", button.dataset.setMode === mode);
  };
  show(["light", "dark"].includes(stored()) ? stored() : "auto");
  document.addEventListener("DOMContentLoaded", () => show(root.dataset.mode));
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-set-mode]");
    if (!button) return;
    try { localStorage.setItem("mode", button.dataset.setMode); } catch { /* this page only */ }
    show(button.dataset.setMode);
    button.closest("[popover]").hidePopover();
  });
})();
