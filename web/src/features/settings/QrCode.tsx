import encodeQR from "qr";
import styles from "./QrCode.module.css";

interface Props {
  readonly text: string;
  readonly label: string;
}

/* The quiet zone that the standard asks for. */
const BORDER = 4;

/** A QR code as one path; black on white in every theme, or cameras do not read it. */
export function QrCode({ text, label }: Props) {
  const bits = encodeQR(text, "raw", { ecc: "medium", border: BORDER });
  const dots = bits.flatMap((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : "")));
  return (
    <svg
      class={styles.code}
      role="img"
      aria-label={label}
      viewBox={`0 0 ${bits.length} ${bits.length}`}
      shape-rendering="crispEdges"
    >
      <rect width="100%" height="100%" fill="#ffffff" />
      <path d={dots.join("")} fill="#000000" />
    </svg>
  );
}
