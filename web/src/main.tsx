import "./styles/tokens.css";
import "./styles/reset.css";
import "./styles/base.css";
import { render } from "preact";
import { Shell } from "./app/Shell";
import { Theme } from "./app/theme";
import { Scope } from "./lib/scope";
import { EmptyState } from "./ui/empty/EmptyState";

const page = new Scope();
new Theme().start(page);

const root = document.getElementById("app");
if (root)
  render(
    <Shell title="Convene" rail={[]} pane="main" main={<EmptyState title="Convene" />} />,
    root,
  );
