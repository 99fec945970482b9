// The page of one event.
import { enliven } from "./event.js";

enliven(document.getElementById("event"));
