import { render, screen } from "@testing-library/preact";
import decodeQR from "qr/decode.js";
import { expect, it } from "vitest";
import { QrCode } from "./QrCode";

const URI =
  "otpauth://totp/Northwind:ada%40example.org?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Northwind";
const SCALE = 4;

/** The path's squares as a picture that a camera would see. */
function pictureOf(svg: Element) {
  const side = Number(svg.getAttribute("viewBox")?.split(" ")[2]) * SCALE;
  const data = new Uint8Array(side * side * 4).fill(255);
  const path = svg.querySelector("path")?.getAttribute("d") ?? "";
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/gu))
    for (let i = 0; i < SCALE * SCALE; i++) {
      const column = Number(x) * SCALE + (i % SCALE);
      const row = Number(y) * SCALE + Math.floor(i / SCALE);
      data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
    }
  return { width: side, height: side, data };
}

it("says to a camera what it was given", () => {
  render(<QrCode text={URI} label="QR code" />);
  expect(decodeQR(pictureOf(screen.getByRole("img", { name: "QR code" })))).toBe(URI);
});
