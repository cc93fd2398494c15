import { Field } from "../../ui/field/Field";
import { PASSWORD_RULE } from "../../ui/form/refusals";

export interface Newcomer {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export const NOBODY: Newcomer = { name: "", email: "", password: "" };

interface Props {
  readonly value: Newcomer;
  readonly onChange: (value: Newcomer) => void;
  readonly errorOf: (field: string) => string | undefined;
}

/** Name, address and password of somebody new. */
export function NewcomerFields({ value, onChange, errorOf }: Props) {
  return (
    <>
      <Field
        label="Your name"
        name="name"
        autocomplete="name"
        value={value.name}
        onInput={(name) => onChange({ ...value, name })}
        error={errorOf("name")}
        maxLength={80}
        required
      />
      <Field
        label="Email"
        type="email"
        name="email"
        autocomplete="username"
        value={value.email}
        onInput={(email) => onChange({ ...value, email })}
        error={errorOf("email")}
        required
      />
      <Field
        label="Password"
        type="password"
        name="password"
        autocomplete="new-password"
        value={value.password}
        onInput={(password) => onChange({ ...value, password })}
        hint={PASSWORD_RULE}
        error={errorOf("password")}
        required
      />
    </>
  );
}
