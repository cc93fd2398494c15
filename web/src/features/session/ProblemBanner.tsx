import { Banner } from "../../ui/banner/Banner";
import styles from "./Entry.module.css";
import { problemText } from "./problems";
import type { SessionStore } from "./store";

/** Why one is here unwanted, and what to do. */
export function ProblemBanner({ session }: { readonly session: SessionStore }) {
  const problem = session.problem.value;
  if (problem === null) return null;
  const told = problemText(problem, session.ways.value);
  return (
    <div class={styles.note}>
      <Banner kind={told.kind} onDismiss={() => session.tell(null)}>
        <p class={styles.what}>{told.what}</p>
        <p>{told.next}</p>
      </Banner>
    </div>
  );
}
