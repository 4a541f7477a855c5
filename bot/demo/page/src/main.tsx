// Fonts and emoji come with the page: no request leaves the machine.
import "@fontsource-variable/inter/standard.css";
import "@fontsource-variable/noto-sans-kr/wght.css";
import "twemoji-colr-font/twemoji.css";
import "slack-blocks-to-jsx/dist/style.css";
import "./style.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";

const root = document.getElementById("root");
if (root) createRoot(root).render(<StrictMode><App /></StrictMode>);
