import "./styles/tokens.css";
import "./styles/reset.css";
import "./styles/base.css";
import { render } from "preact";
import { App } from "./app/App";
import { Router } from "./app/router";
import { Theme } from "./app/theme";
import { Scope } from "./lib/scope";

const page = new Scope();
const theme = new Theme();
const router = new Router();
theme.start(page);
const app = new App(theme, router);
router.listen(page);
app.start();

const root = document.getElementById("app");
if (root) render(<app.View />, root);
