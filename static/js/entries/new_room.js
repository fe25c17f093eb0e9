/** The form of a new room: names of people are suggested while one types. */

import { element } from "../lib/page.js";
import { Combobox } from "../lib/combobox.js";
import { searchPeople } from "../net/people.js";

new Combobox(element("members"), { search: searchPeople, isList: true });
