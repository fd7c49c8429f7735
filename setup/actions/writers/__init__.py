"""How the changes of a review are written, kind by kind, in bulk and in history. All of it runs in
the transaction of `setup.actions.applying`."""
