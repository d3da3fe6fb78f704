"""The target model: loading it, keeping its cache, running it.."""
