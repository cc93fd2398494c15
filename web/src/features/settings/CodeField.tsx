import { Field } from "../../ui/field/Field";

interface Props {
  readonly value: string;
  readonly onInput: (code: string) => void;
  readonly error: string | undefined;
  /** A recovery code does as well. */
  readonly recovery?: boolean;
  readonly autofocus?: boolean;
}

/** What the authenticator shows at present. */
export function CodeField({ value, onInput, error, recovery, autofocus = false }: Props) {
  return (
    <Field
      label="Six-digit code"
      name="code"
      autocomplete="one-time-code"
      inputMode={recovery ? "text" : "numeric"}
      value={value}
      onInput={onInput}
      hint={recovery ? "From your authenticator, or one of your recovery codes." : undefined}
      error={error}
      maxLength={32}
      autofocus={autofocus}
      required
    />
  );
}
