// Reads square codes from pictures and from the camera: by the browser's own detector where it has one, else by the
// decoder at the address given. Nothing of a picture leaves the device.

const LARGEST = 1600;
const PAUSE = 150;

// A function from a picture or film to the text of its code, "" for none; null where nothing can read one.
export async function codeReader(address) {
  const own = await ownReader();
  let other = null;
  const decode = async (source) => {
    if (!address) return "";
    other ??= (await import(address)).decodeQR;
    for (const size of [LARGEST, 800]) {
      try {
        return other(pixels(source, size));
      } catch {
        // no code in sight, at this size
      }
      if (source instanceof HTMLVideoElement) break;
    }
    return "";
  };
  if (!own && !address) return null;
  return async (source) => (await own?.(source)) || (own && source instanceof HTMLVideoElement ? "" : decode(source));
}

async function ownReader() {
  try {
    if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (source) => {
      try {
        return (await detector.detect(source))[0]?.rawValue ?? "";
      } catch {
        return "";
      }
    };
  } catch {
    return null;
  }
}

function pixels(source, largest) {
  const width = source.videoWidth || source.width, height = source.videoHeight || source.height;
  const scale = Math.min(1, largest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  // A picture without a ground is printed on white.
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

export async function readPicture(file, read) {
  try {
    return await read(await createImageBitmap(file));
  } catch {
    return "";
  }
}

// Looks through the camera until a code is found or `stopped` says so; answers with the text, "" when it was stopped.
// Throws when there is no camera or its use was refused.
export async function watch(video, read, stopped) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  try {
    video.srcObject = stream;
    await video.play();
    while (!stopped()) {
      const text = video.videoWidth ? await read(video) : "";
      if (text) return text;
      await new Promise((go) => setTimeout(go, PAUSE));
    }
    return "";
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  }
}
