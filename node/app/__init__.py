"""Where everything is wired: configuration and folders in, a running node out."""
