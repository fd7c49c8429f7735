"""What files say beside what stands: what would change, and what is unclear. Pure."""
