/* On the page that is sent where there is none: name the pages that may have been meant. */
"use strict";

(() => {
  const pages = JSON.parse(document.getElementById("known-pages").textContent);
  const box = document.getElementById("near-addresses");
  const decoded = (address) => {
    try {
      return decodeURIComponent(address);
    } catch {
      return address; // such as /%zz, which is not an encoded character
    }
  };
  const plain = (address) =>
    decoded(address).toLowerCase().replace(/(index)?\.html?$/, "").replace(/^\/|\/$/g, "");

  document.getElementById("wanted-address").textContent = location.pathname;

  /** How many letters differ (Levenshtein). */
  const distance = (a, b) => {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      const next = [i];
      for (let j = 1; j <= b.length; j++)
        next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
      row = next;
    }
    return row[b.length];
  };

  const share = (a, b) => distance(a, b) / Math.max(a.length, b.length, 1);
  const end = (address) => address.split("/").pop();

  /** 0 for the same address, 1 for one that has nothing in common. The end counts, as addresses
      are cut off and moved at their beginning; a word of it counts if it is nearly the same. */
  const apart = (wanted, address) => {
    const own = plain(address);
    const whole = [wanted, end(wanted)].flatMap((a) => [own, end(own)].map((b) => share(a, b)));
    const words = end(own).split("-").map((word) => share(end(wanted), word)).filter((far) => far <= 0.3);
    return Math.min(...whole, ...words.map((far) => far + 0.15));
  };

  const wanted = plain(location.pathname);
  const near = pages
    .map((page) => ({ ...page, apart: apart(wanted, page.address) }))
    .filter((page) => page.apart <= 0.5)
    .sort((a, b) => a.apart - b.apart)
    .slice(0, 4);
  for (const page of near) {
    const link = Object.assign(document.createElement("a"), { href: page.url, textContent: page.title });
    const address = Object.assign(document.createElement("code"), { textContent: page.address });
    const item = document.createElement("li");
    item.append(link, " ", address);
    box.querySelector("ul").append(item);
  }
  box.hidden = !near.length;
})();
