"""How a school moves in, and how its years turn.

Set-up pages (`/setup/`), import and export of workbooks, of other programs' timetables and rosters
(`/import/`). `batch`: what any file says; `reading`: files → a batch, pure; then its rows are
compared with what stands, shown, and written in one deed that can be taken back.
"""
