"""A believable school for the demo, the benchmarks and trying things out."""
