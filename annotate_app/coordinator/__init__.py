"""The coordinator's pages: how a study stands, and decisions about it. They run on a port and a token of their own."""
