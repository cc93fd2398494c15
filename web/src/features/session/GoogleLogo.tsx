/* The four arcs of the G; its colours are the brand's own and the same in every theme. */
const ARCS = [
  ["#EA4335", "M14.2 4.32A7 7 0 0 0 2.66 6.04"],
  ["#FBBC05", "M2.66 6.04A7 7 0 0 0 2.66 11.96"],
  ["#34A853", "M2.66 11.96A7 7 0 0 0 13.68 14.2"],
  ["#4285F4", "M13.68 14.2A7 7 0 0 0 16 9H9"],
] as const;

export function GoogleLogo() {
  return (
    <svg width="18" height="18" viewBox="0 0 18 18" fill="none" aria-hidden="true">
      {ARCS.map(([colour, arc]) => (
        <path key={arc} d={arc} stroke={colour} stroke-width="3.2" />
      ))}
    </svg>
  );
}
