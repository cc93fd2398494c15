/** Who sits before the camera, for pictures: colours of the room, the skin, the hair and the shirt. */
export type Sitter = readonly [string, string, string, string];

/* Runs in the page before its own scripts: the camera shows a drawn person instead of a test card. */
export function sitDown([room, skin, hair, shirt]: Sitter): void {
  if (!navigator.mediaDevices) return;
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  const draw = (at: CanvasRenderingContext2D): void => {
    const light = at.createLinearGradient(0, 0, 1280, 720);
    light.addColorStop(0, "#f3ead9");
    light.addColorStop(1, room);
    at.fillStyle = light;
    at.fillRect(0, 0, 1280, 720);
    at.fillStyle = "rgba(255, 255, 255, 0.45)";
    at.fillRect(90, 70, 250, 300);
    at.fillRect(355, 70, 60, 300);
    const round = (colour: string, x: number, y: number, w: number, h: number): void => {
      at.fillStyle = colour;
      at.beginPath();
      at.ellipse(x, y, w, h, 0, 0, 2 * Math.PI);
      at.fill();
    };
    round(hair, 640, 320, 165, 200);
    round(shirt, 640, 760, 330, 230);
    at.fillStyle = skin;
    at.fillRect(590, 440, 100, 120);
    round(skin, 640, 345, 130, 165);
    round(hair, 640, 215, 135, 75);
    round("#2b2420", 592, 340, 11, 13);
    round("#2b2420", 688, 340, 11, 13);
    at.strokeStyle = "#8a4a3c";
    at.lineWidth = 8;
    at.beginPath();
    at.arc(640, 400, 48, 0.15 * Math.PI, 0.85 * Math.PI);
    at.stroke();
  };
  navigator.mediaDevices.getUserMedia = async (wish) => {
    if (!wish?.video) return real(wish);
    const canvas = document.createElement("canvas");
    canvas.width = 1280;
    canvas.height = 720;
    const at = canvas.getContext("2d");
    /* A canvas sends what is drawn: the same again and again. */
    setInterval(() => at && draw(at), 100);
    return canvas.captureStream(10);
  };
}
