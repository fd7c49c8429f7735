// What the server tells a page by its cookies.

export function cookie(name) {
  return document.cookie.match(new RegExp(`(?:^|; )${name}=([^;]+)`))?.[1] ?? "";
}

// Read anew for each save: logging in again in another tab changes it.
export const csrfToken = () => cookie("csrftoken");

// A form that was drawn before such a log-in is sent with the token that holds now; whose form it
// is, the server asks besides.
addEventListener(
  "submit",
  ({ target }) => {
    const token = target.elements.namedItem("csrfmiddlewaretoken");
    if (token && csrfToken()) token.value = csrfToken();
  },
  { capture: true },
);
