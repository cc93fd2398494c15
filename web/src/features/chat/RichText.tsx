import { linkify } from "../../lib/text";

/** Text with its links; never as HTML. */
export function RichText({ text }: { readonly text: string }) {
  return (
    <>
      {linkify(text).map((part, i) =>
        part.kind === "link" ? (
          <a key={i} href={part.href} target="_blank" rel="noopener noreferrer" tabIndex={-1}>
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </>
  );
}
