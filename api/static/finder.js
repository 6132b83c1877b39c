// What the pages of the finder do with JavaScript: complete what is typed.

import { complete } from "./combobox.js";

complete(document);
