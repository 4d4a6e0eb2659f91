/* Copies addresses and forms, and says so where the reader clicked. */
"use strict";

(() => {
  const status = document.querySelector(".copied");
  let timer;

  /** Say aloud what happened, and show it for a moment below the element that was clicked. */
  const tell = (text, element) => {
    const box = element.getBoundingClientRect();
    status.textContent = text;
    const left = Math.min(box.left, document.documentElement.clientWidth - status.offsetWidth - 8);
    status.style.left = `${Math.max(8, left) + scrollX}px`;
    status.style.top = `${box.bottom + scrollY + 4}px`;
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = ""), 4000);
  };

  const copy = async (text, element, done, failed) => {
    try {
      await navigator.clipboard.writeText(text);
      tell(done, element);
    } catch {
      tell(failed, element);
    }
  };

  /** The address to hand on: the page's permanent one, with the anchor if there is one. */
  const permanentAddress = (anchor) => {
    const shown = document.getElementById("permanent-address");
    const base = new URL(shown ? shown.href : location.pathname, location.href);
    base.hash = anchor;
    return base.href;
  };

  document.addEventListener("click", ({ target }) => {
    const place = target.closest("[data-copy-address], a.headerlink");
    const form = target.closest("[data-copy-text]");
    if (place) {
      const address = permanentAddress(place.hash ?? "");
      copy(address, place, `Copied: ${address}`, `Not copied; the address is ${address}`);
    } else if (form) {
      copy(form.dataset.copyText, form, form.dataset.done, form.dataset.failed);
    }
  });
})();
