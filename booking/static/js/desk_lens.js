// What a camera offers beyond its picture, where the browser says so: another one, its lamp, a closer look.

const KEPT = "technilab-desk-camera";

// Some private windows refuse any storage.
export function chosenCamera() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function remember(camera) {
  try {
    localStorage.setItem(KEPT, camera);
  } catch {
    // Chosen for this time only.
  }
}

// « camera2 1, facing front » says more in French.
function nameOf({ label }, place) {
  const side = /front|avant|user/i.test(label) ? "avant" : /back|rear|arri/i.test(label) ? "arrière" : "";
  return side || !label ? `Appareil ${place + 1}${side && `, ${side}`}` : label;
}

function ask(track, change) {
  return track.applyConstraints({ advanced: [change] });
}

export function lens(place, onChoice) {
  const tools = place.querySelector("[data-cam-tools]");
  const choice = tools.querySelector("[data-cam-choice]");
  const lamp = tools.querySelector("[data-cam-lamp]");
  const zoom = tools.querySelector("[data-cam-zoom]");
  let track = null;

  choice.addEventListener("change", () => {
    remember(choice.value);
    onChoice();
  });
  lamp.addEventListener("click", async () => {
    const on = lamp.getAttribute("aria-pressed") !== "true";
    await ask(track, { torch: on })
      .then(() => lamp.setAttribute("aria-pressed", on))
      .catch(() => {});
  });
  zoom.addEventListener("input", () => ask(track, { zoom: Number(zoom.value) }).catch(() => {}));

  async function offer(opened) {
    track = opened;
    const can = track.getCapabilities?.() ?? {};
    const now = track.getSettings();
    lamp.hidden = !can.torch;
    lamp.setAttribute("aria-pressed", "false");
    zoom.hidden = !(can.zoom?.max > can.zoom?.min);
    if (!zoom.hidden) {
      const { min, max, step } = can.zoom;
      Object.assign(zoom, { min, max, step: step || "any" });
      zoom.value = now.zoom ?? min;
    }
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
    choice.replaceChildren(...cameras.map((one, number) => new Option(nameOf(one, number), one.deviceId)));
    choice.value = now.deviceId;
    choice.hidden = cameras.length < 2;
    tools.hidden = lamp.hidden && zoom.hidden && choice.hidden;
  }

  return { offer, hide: () => (tools.hidden = true) };
}
