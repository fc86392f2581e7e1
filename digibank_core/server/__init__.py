"""The server: standalone Voilà with named users, rights per page and our own template."""
