"""The worker that all windows of this user share: found, started, ended."""
