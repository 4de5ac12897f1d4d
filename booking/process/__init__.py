"""Process-level machinery: settings, logging, Redis, fast start-up, waking the worker, graceful stop."""
