"""Files that a school brings, read into `setup.batch`: bytes → tables → rows. Pure: nothing here
knows what the database holds. What is unclear in a file becomes a Question of its batch; the same
file read again with the answer is clear."""
