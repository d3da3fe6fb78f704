"""The target model: loading it, keeping its cache, running it. The only package that imports torch."""
