"""The page's side of a screen reader: it collects in `announced` what live regions have to say."""

# What changes at once in one region is one announcement: the observer is called once for it. A
# region with a role is said whole, of another one what has come to it; each, when it appears.
LISTEN = """() => {
    const LIVE = "[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log]";
    const isSaid = element => element.checkVisibility({ visibilityProperty: true })
        && !element.closest("[aria-hidden=true], [inert]");
    const said = node => {
        if (node.nodeType === Node.TEXT_NODE) return node.data;
        if (node.nodeType !== Node.ELEMENT_NODE || !isSaid(node)) return "";
        const text = node.ariaLabel ?? [...node.childNodes].map(said).join("");
        return getComputedStyle(node).display.startsWith("inline") ? text : ` ${text} `;
    };
    const known = new Map();
    const change = (region, records) => {
        const text = said(region).trim();
        const isShown = text && !known.get(region);
        known.set(region, text);
        const isWhole = isShown || region.matches("[role], [aria-atomic=true]");
        const here = records.filter(({ target }) => region.contains(target));
        const added = here.flatMap(({ addedNodes }) => [...addedNodes]);
        const isNew = isShown || added.length || here.some(({ type }) => type === "characterData");
        return isNew && text ? isWhole ? text : added.map(said).join(" ") : "";
    };
    const listen = records => {
        for (const region of document.querySelectorAll(LIVE)) {
            const text = change(region, records);
            const sign = region.matches("[role=alert], [aria-live=assertive]") ? "alert: " : "";
            if (text) window.announced.push(sign + text);
        }
    };
    window.announced = [];
    listen([]);
    window.announced = [];
    new MutationObserver(listen).observe(document.documentElement, {
        subtree: true, childList: true, characterData: true, attributes: true,
        attributeFilter: ["hidden", "class", "inert", "aria-hidden"],
    });
}"""
