// The script of every page but the desk's. Each part looks for what it serves, and does nothing where that is not.

import "./away.js";
import "./page.js";
import "./passkey.js";
import "./propose.js";
import "./series.js";
