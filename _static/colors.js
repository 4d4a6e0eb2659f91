/* Sets the colors before the page is drawn. The theme takes "" for a mode and complains in the
   console; "auto" as its default would leave pages without JavaScript colorless. */
"use strict";

(() => {
  let mode = null;
  try { mode = localStorage.getItem("mode"); } catch { /* storage is switched off */ }
  mode = ["light", "dark"].includes(mode) ? mode : "auto";
  const dark = mode === "auto" ? matchMedia("(prefers-color-scheme: dark)").matches : mode === "dark";
  Object.assign(document.documentElement.dataset, { mode, theme: dark ? "dark" : "light" });
})();
