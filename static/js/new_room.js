/** The form of a new room: names of people are suggested while one types. */

import { element } from "./page.js";
import { Suggestions } from "./suggest.js";

new Suggestions(element("members"), { isList: true });
