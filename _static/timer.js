/* The timer of the Chair's script: it counts by the clock, so that a sleeping page stays right. */
"use strict";

for (const box of document.querySelectorAll(".timer")) {
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
}
