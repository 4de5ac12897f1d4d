// What a camera offers beyond its picture, where the browser says so: another one, its lamp, a closer look.

// « camera2 1, facing front » says more in French.
function nameOf({ label }, place) {
  const side = /front|avant|user/i.test(label) ? ", avant" : /back|rear|arri/i.test(label) ? ", arrière" : "";
  return side || !label ? `Appareil ${place + 1}${side}` : label;
}

export function lens(tools, { onChoice }) {
  const [choice, lamp, zoom] = ["choice", "lamp", "zoom"].map((name) => tools.querySelector(`[data-cam-${name}]`));
  let track = null;

  const ask = (change) => track.applyConstraints({ advanced: [change] });

  choice.addEventListener("change", () => onChoice(choice.value));
  lamp.addEventListener("click", () => {
    const torch = lamp.getAttribute("aria-pressed") !== "true";
    ask({ torch }).then(
      () => lamp.setAttribute("aria-pressed", torch),
      () => {},
    );
  });
  zoom.addEventListener("input", () => ask({ zoom: Number(zoom.value) }).catch(() => {}));

  return function offer(opened, can, cameras) {
    track = opened;
    const now = track.getSettings();
    lamp.hidden = !can.torch;
    lamp.setAttribute("aria-pressed", "false");
    zoom.hidden = !can.zoom;
    if (can.zoom) {
      const { min, max, step } = can.zoom;
      Object.assign(zoom, { min, max, step: step || "any" });
      zoom.value = now.zoom ?? min;
    }
    choice.hidden = cameras.length < 2;
    choice.replaceChildren(...cameras.map((one, number) => new Option(nameOf(one, number), one.deviceId)));
    choice.value = now.deviceId;
    tools.hidden = false;
  };
}
