"""When the system is down (3.1, 3.2, Appendix 1).

Outages, the packet of paper forms written every morning (`form`, `printing`, `xlsx.write`), and the
transfer of what was written on them: by hand, or from a filled file (`xlsx.read`, `filled`,
`cell`), looked at in a preview first. `actions.heartbeat` notices that the app was down.
"""
