/* The menu, the page's contents, and the choice of colors. The browser opens and closes them
   (popover); here is what it leaves out. */
"use strict";

(() => {
  const popovers = [...document.querySelectorAll("[popover]")];
  const isOpen = (popover) => popover.matches(":popover-open");
  const opener = (popover) => document.querySelector(`[popovertarget="${popover.id}"]:not([popovertargetaction])`);

  // Moving the focus out of a popover closes it.
  document.addEventListener("focusin", ({ target }) => {
    for (const popover of popovers)
      if (isOpen(popover) && !popover.contains(target) && target !== opener(popover)) popover.hidePopover();
  });

  // On a wide screen the menu and the contents are beside the text, and the button folds the menu.
  const menu = document.getElementById("menu");
  const wide = matchMedia("(min-width: 60rem)");
  const page = document.querySelector(".page");
  const tell = () => {
    const open = wide.matches ? !page.classList.contains("folded") : isOpen(menu);
    opener(menu).setAttribute("aria-expanded", open);
  };
  opener(menu).addEventListener("click", (event) => {
    if (!wide.matches) return;
    event.preventDefault();
    page.classList.toggle("folded");
    tell();
  });
  menu.addEventListener("toggle", tell);
  wide.addEventListener("change", () => {
    if (isOpen(menu)) menu.hidePopover();
    tell();
  });
  tell();

  // The menu begins at the page that is shown.
  const current = menu.querySelector("[aria-current]");
  if (current) menu.scrollTop = current.offsetTop - menu.clientHeight / 2;

  // A heading that was chosen in the contents has the focus, so that Tab goes on from there.
  const contents = document.getElementById("contents");
  contents?.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const section = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!section) return;
    event.preventDefault(); // following the link would move the focus
    if (isOpen(contents)) contents.hidePopover();
    location.hash = link.hash;
    section.scrollIntoView();
    const heading = section.querySelector("h1, h2, h3, h4") ?? section;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  });

  // Mark the section that is being read.
  const links = new Map([...(contents?.querySelectorAll("a") ?? [])].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const seen = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) seen[isIntersecting ? "add" : "delete"](target.id);
    const reading = [...links.keys()].filter((id) => seen.has(id)).pop();
    for (const [id, link] of links)
      if (id === reading) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
  }, { rootMargin: "-20% 0px -75% 0px" });
  for (const id of links.keys()) {
    const section = document.getElementById(id);
    if (section) watcher.observe(section);
  }
})();
