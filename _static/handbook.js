/* What the handbook's pages add to the theme's scripts. Every page can be read without it. */
"use strict";

/** The address to hand on: the page's permanent one, with the anchor if there is one. */
const permanentAddress = (anchor = "") => {
  const shown = document.getElementById("permanent-address");
  const base = new URL(shown ? shown.href : location.pathname, location.href);
  base.hash = anchor;
  return base.href;
};

/** Say aloud, and for a moment show, what has happened. */
const tell = (text) => {
  const status = document.querySelector(".copied");
  if (!status) return;
  status.textContent = text;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => (status.textContent = ""), 4000);
};

const copyAddress = async (anchor) => {
  const address = permanentAddress(anchor);
  try {
    await navigator.clipboard.writeText(address);
    tell(`Copied: ${address}`);
  } catch {
    tell(`Not copied; the address is ${address}`);
  }
};

const bindCopying = () => {
  for (const button of document.querySelectorAll("[data-copy-address]"))
    button.addEventListener("click", () => copyAddress(button.dataset.copyAddress));
  for (const mark of document.querySelectorAll(".bd-article a.headerlink")) {
    mark.title = "Copy the address of this place";
    mark.addEventListener("click", () => copyAddress(mark.hash));
  }
};

/** A form's button copies its Markdown, and says so beside itself. */
const bindForms = () => {
  for (const button of document.querySelectorAll("[data-copy-text]"))
    button.addEventListener("click", async () => {
      const status = button.nextElementSibling;
      try {
        await navigator.clipboard.writeText(button.dataset.copyText);
        status.textContent = status.dataset.done;
      } catch {
        status.textContent = status.dataset.failed;
      }
    });
};

/** The timer of the Chair's script: it counts by the clock, so that a sleeping page stays right. */
const bindTimer = () => {
  const box = document.querySelector(".timer");
  if (!box) return;
  const [minutes, button] = [box.querySelector("input"), box.querySelector("button")];
  const [left, status] = [box.querySelector(".timer-left"), box.querySelector("[role=status]")];
  let ticking;
  const stop = (text) => {
    clearInterval(ticking);
    ticking = undefined;
    left.textContent = "";
    status.textContent = text;
    button.textContent = button.dataset.start;
  };
  button.addEventListener("click", () => {
    if (ticking) return stop("");
    if (!minutes.reportValidity()) return;
    const end = Date.now() + minutes.valueAsNumber * 60000;
    const tick = () => {
      const seconds = Math.ceil((end - Date.now()) / 1000);
      if (seconds <= 0) return stop(status.dataset.over);
      left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    };
    ticking = setInterval(tick, 250);
    button.textContent = button.dataset.stop;
    status.textContent = status.dataset.running;
    tick();
  });
};

/** Show which colours are chosen; the theme's script keeps the choice in data-mode. */
const showColourMode = () => {
  const root = document.documentElement;
  const buttons = document.querySelectorAll("#colour-modes [data-mode]");
  const show = () =>
    buttons.forEach((b) => b.setAttribute("aria-pressed", b.dataset.mode === root.dataset.mode));
  new MutationObserver(show).observe(root, { attributeFilter: ["data-mode"] });
  show();
  const menu = document.getElementById("colour-modes");
  buttons.forEach((button) => button.addEventListener("click", () => menu.hidePopover?.()));
};

/** Tell assistive technology whether the chapters are unfolded; the theme only moves them. */
const showMenuState = () => {
  const menu = document.getElementById("pst-primary-sidebar");
  const button = document.querySelector(".primary-toggle");
  if (!menu || !button) return;
  const show = () => {
    const wide = matchMedia("(min-width: 992px)").matches;
    const open = wide && !menu.classList.contains("pst-sidebar-hidden");
    button.setAttribute("aria-expanded", open);
  };
  new MutationObserver(show).observe(menu, { attributeFilter: ["class"] });
  addEventListener("resize", show);
  show();
};

/** The drawers of a phone: a link or the button in one closes it, and the focus goes back. */
const mindDrawers = () => {
  for (const name of ["primary", "secondary"]) {
    const drawer = document.getElementById(`pst-${name}-sidebar-modal`);
    const button = document.querySelector(`.${name}-toggle`);
    drawer?.addEventListener("click", (event) => event.target.closest("a, .close-drawer") && drawer.close());
    drawer?.addEventListener("close", () => button?.focus());
  }
};

bindCopying();
bindForms();
bindTimer();
mindDrawers();
showColourMode();
showMenuState();
