// The button says how many slots it opens or changes, as boxes are ticked and unticked.

const button = document.querySelector("[data-count]");
const unsaid = button?.textContent;
const boxes = [...document.querySelectorAll("input[name=dates], input[name=slots]")];

function tell() {
  const ticked = boxes.filter((box) => box.checked).length;
  const [one, many] = button.dataset.count.split("|");
  button.textContent = ticked ? (ticked === 1 ? one : many).replace("#", ticked) : unsaid;
}

if (button) {
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
}
