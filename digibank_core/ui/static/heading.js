/** The heading of what took the place of something else: work goes on there. */
function render({ model, el }) {
  const heading = document.createElement("h2");
  heading.textContent = model.get("text");
  heading.tabIndex = -1;
  heading.style.scrollMarginTop = "8rem"; // what was just saved stands above it
  el.append(heading);
  if (!model.get("focused")) return;
  requestAnimationFrame(() => {
    heading.scrollIntoView({ block: "start" });
    heading.focus({ preventScroll: true });
  });
}

export default { render };
