"""Writes about the school: one function per thing a person does, each in one transaction, checked
for permission by its caller. Rights follow by themselves (`projection.follow_facts`)."""
