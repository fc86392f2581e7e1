"""The base of everything that a person sees: one layout, our look, errors in Dutch."""

# mypy: disallow-subclassing-any=False
# Jupyter's classes are untyped for mypy (pyproject.toml).

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError

from digibank_core import __version__, clock
from digibank_core.server.identity import Visitor
from digibank_core.server.pages import Page, menu_of


@dataclass(frozen=True)
class Site:
    """What is the same on every screen; `settings["site"]`."""

    demo: bool
    """Invented data: the ribbon says so."""
    assets: str
    """Address of our own files; it changes whenever one of them does."""
    library: str
    """Address of the files of Voilà and its widgets; idem."""


@dataclass(frozen=True)
class MenuItem:
    """A link in the menu."""

    label: str
    address: str
    current: bool


@dataclass(frozen=True)
class Frame:
    """What `layout.html.j2` draws around the content of a screen."""

    title: str
    site: Site
    home: str
    menu: tuple[MenuItem, ...]
    who: str
    """Name and role of the visitor; empty when nobody is signed in."""
    login: str
    """Login of the visitor: half-filled forms are kept apart by it."""
    xsrf: str
    widgets: bool
    version: str = __version__


_SENTENCES = {
    403: ("Dit lukte niet", "Je was lang weg, of je bent afgemeld. Begin opnieuw."),
    404: ("Deze pagina bestaat niet", "Kijk het adres na, of kies een pagina in het menu."),
    405: ("Dit kan niet", "Kies een pagina in het menu."),
    500: (
        "Er ging iets mis",
        "Probeer het opnieuw. Lukt het weer niet? Meld het aan de beheerder: "
        "het was {time:%H.%M} uur.",
    ),
}
"""Heading and text of an error page; the text of another status is that of 500."""


HTTPS_ONLY = f"max-age={365 * 24 * 3600}"
"""For a year a browser asks this host over https only; its neighbours are not ours."""


class Screen(JupyterHandler):
    """A handler that draws screens in our look."""

    def set_default_headers(self) -> None:
        """Add to all answers over https that the next request has to be that too."""
        super().set_default_headers()
        if self.request.protocol == "https":
            self.set_header("Strict-Transport-Security", HTTPS_ONLY)

    def set_cookie(self, name: str, value: str | bytes, **options: Any) -> None:
        """Set a cookie, that also of Jupyter's token, for https only when this is https."""
        options["secure"] = self.request.protocol == "https"
        super().set_cookie(name, value, **options)

    def frame(self, title: str, page: Page | None = None) -> Frame:
        """Give the frame of a screen for whoever asks for it."""
        visitor: Visitor | None = getattr(self, "_jupyter_current_user", None)
        # an error before the visitor is known must not look for a token
        known = hasattr(self, "_jupyter_current_user")
        return Frame(
            title=title,
            site=self.settings["site"],
            home=self.base_url,
            menu=() if visitor is None else self._menu(visitor, page),
            who="" if visitor is None else visitor.name_and_role,
            login="" if visitor is None else visitor.username,
            xsrf=self.xsrf_token.decode() if known else "",
            widgets=page is not None and page.widgets,
        )

    def show(self, template: str, frame: Frame, **values: Any) -> None:
        """Answer with a screen that is never kept by the browser."""
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        self.write(self.get_template(template).render(frame=frame, **values))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answer with an error page in Dutch, without a traceback.

        `send_error(status, heading=..., text=...)` says what the status alone cannot.
        """
        heading, text = _SENTENCES.get(status_code, _SENTENCES[500])
        text = text.format(time=clock.now().astimezone(clock.BRUSSELS))
        frame = self.frame(kwargs.get("heading", heading))
        self.show("error.html.j2", frame, text=kwargs.get("text", text))

    def _menu(self, visitor: Visitor, current: Page | None) -> tuple[MenuItem, ...]:
        return tuple(
            MenuItem(page.label, self.base_url + page.path, page is current)
            for page in menu_of(visitor.actor)
        )


class NotFound(Screen):
    """Every address that is not in the list of routes; who is not signed in learns nothing."""

    async def prepare(self) -> None:
        """Send the anonymous to the login page, all others to a friendly 404."""
        await super().prepare()
        if not self._finished:
            raise HTTPError(404)
