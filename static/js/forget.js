// htmx notes the address of the page in sessionStorage, for a history of fragments that no page of ours has. On a machine
// that others use too, nothing is left of where somebody was, or what they searched for.

sessionStorage.removeItem("htmx-current-path-for-history");
